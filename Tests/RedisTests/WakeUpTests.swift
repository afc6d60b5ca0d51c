import Redis
import Scheduler
import SchedulerTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct WakeUpTests {
    @Test func `wake-ups reach every process of the installation and no other`() async throws {
        try await withClient { client in
            let channel = RedisWakeUps(client: client, name: "one")
            let other = RedisWakeUps(client: client, name: "two")
            var mine = channel.wakeUps().makeAsyncIterator()
            var alsoMine = channel.wakeUps().makeAsyncIterator()
            var others = other.wakeUps().makeAsyncIterator()
            #expect(await mine.next() == .missed)
            #expect(await alsoMine.next() == .missed)
            #expect(await others.next() == .missed)

            let sent: [WakeUp] = [.work, .rollCall]
            try await channel.publish(sent)
            try await other.publish([.rollCall])
            for wakeUp in sent {
                #expect(await mine.next() == wakeUp)
                #expect(await alsoMine.next() == wakeUp)
            }
            #expect(await others.next() == .rollCall)
        }
    }

    @Test func `what a later version may send is passed over`() async throws {
        try await withClient { client in
            let channel = RedisWakeUps(client: client, name: "later")
            var wakeUps = channel.wakeUps().makeAsyncIterator()
            #expect(await wakeUps.next() == .missed)
            try await client.publish(channel: "muster:later", payloads: ["something new".bytes, [0xFF, 0xFE], "work".bytes])
            #expect(await wakeUps.next() == .work)
        }
    }

    @Test func `a restarted server is announced as missed wake-ups`() async throws {
        try await TestRedis.with { server in
            try await withClient(path: server.path) { client in
                let channel = RedisWakeUps(client: client, name: "restart")
                var wakeUps = channel.wakeUps().makeAsyncIterator()
                #expect(await wakeUps.next() == .missed)
                await server.stop()
                try await server.start()
                #expect(await wakeUps.next() == .missed)
            }
        }
    }
}
