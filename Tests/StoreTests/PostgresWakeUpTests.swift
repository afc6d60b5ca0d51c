import Postgres
import Testing

@testable import Scheduler

@Suite(.timeLimit(.minutes(1)))
struct PostgresWakeUpTests {
    @Test func `hints reach who reads them and who is called for each, and what a later version may send is passed over`() async throws {
        try await withStore { store in
            let channel = PostgresWakeUps(client: store.client)
            var read = channel.wakeUps().makeAsyncIterator()
            let (called, call) = AsyncStream<WakeUp>.makeStream()
            let listening = Task {
                await channel.listen { call.yield($0) }
                call.finish()
            }
            var calls = called.makeAsyncIterator()
            #expect(await read.next() == .missed)
            #expect(await calls.next() == .missed)
            _ = try await store.client.execute(Notify(payloads: ["something new"]))
            let sent: [WakeUp] = [.work, .rollCall]
            try await channel.publish(sent)
            for wakeUp in sent {
                #expect(await read.next() == wakeUp)
                #expect(await calls.next() == wakeUp)
            }
            listening.cancel()
            #expect(await calls.next() == nil, "it ends with the task that asked for it")
        }
    }
}
