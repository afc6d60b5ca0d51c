import Postgres
import SchedulerTesting
import Synchronization
import Testing

@testable import Scheduler

/// What a single submission costs and tells: leanly stored, in shared commits, with hints that travel along.
@Suite(.timeLimit(.minutes(2)))
struct SingleSubmissionTests {
    @Test func `the hint of a lone submission travels with its commit`() async throws {  // I1
        try await withStore { store in
            var events = store.client.listen(["muster"]).makeAsyncIterator()
            #expect(await events.next() == .reconnected)
            let id = try await store.scheduler.submit(try TaskRequest(Probe.self, ProbeParams())).id
            guard case .notification(let hint)? = await events.next() else {
                Issue.record("nobody was woken")
                return
            }
            #expect(WakeUp(payload: hint.payload) == .work)
            let task = try await store.scheduler.task(id)
            #expect(task?.status == .scheduled)
            let sent = try await store.client.execute(NotifyCalls())
            #expect(sent == [0])
        }
    }

    @Test func `hints of the next moment go together, after the first`() async throws {
        let channel = CountingChannel()
        let sender = WakeUpSender(channel: channel, ridesWithCommits: true, interval: .milliseconds(20), events: EventRecorder())
        #expect(sender.ride(.work) == .work)
        #expect(sender.ride(.work) == nil)
        sender.send(.work)
        sender.send(.rollCall)
        try await eventually("the others are sent") { !channel.sent.isEmpty }
        #expect(channel.sent == [[.rollCall, .work]])
        await sender.drain(atMost: .seconds(5))
        #expect(sender.ride(.work) == .work)
    }

    @Test func `a commit carries what waits for work, and leaves the rest`() async throws {
        let channel = CountingChannel()
        let sender = WakeUpSender(channel: channel, ridesWithCommits: true, interval: .milliseconds(20), events: EventRecorder())
        #expect(sender.ride(.work) == .work)
        sender.send(.work)
        // Until the pause is over and the hint waits for a commit.
        try await eventually("a commit may carry it") { sender.ride(.work) == .work || !channel.sent.isEmpty }
        await sender.drain(atMost: .seconds(5))
        #expect(channel.sent.allSatisfy { $0 == [.work] })
        sender.send(.cancel(TaskID(rawValue: 7)))
        try await eventually("it is sent") { channel.sent.contains([.cancel(TaskID(rawValue: 7))]) }
    }

    @Test func `where hints cannot travel with a commit, they are sent`() async throws {
        let sender = WakeUpSender(channel: CountingChannel(), events: EventRecorder())
        #expect(sender.ride(.work) == nil)
    }

    @Test func `many callers at once get their own answers, whatever kind of task each has`() async throws {  // I1
        try await withStore { store in
            let first = try await store.scheduler.submit(try TaskRequest(UniqueProbe.self, ProbeParams(), resourceID: "!taken:test"))
            let answers = try await withThrowingTaskGroup(of: (Int, SubmittedTask).self) { group in
                for number in 0..<120 {
                    group.addTask {
                        let request =
                            switch number % 4 {
                            case 0: try TaskRequest(Probe.self, ProbeParams(name: "n\(number)"))
                            case 1: try TaskRequest(UniqueProbe.self, ProbeParams(name: "n\(number)"), resourceID: "!\(number):test")
                            case 2: try TaskRequest(UniqueProbe.self, ProbeParams(name: "n\(number)"), resourceID: "!taken:test")
                            default: try TaskRequest(Probe.self, ProbeParams(name: "n\(number)"), idempotencyKey: "key \(number)")
                            }
                        return (number, try await store.scheduler.submit(request, auditedFrom: number % 8 < 4 ? "192.0.2.1" : nil))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for (number, answer) in answers {
                if number % 4 == 2 {
                    #expect(answer.kind == .alreadyUnfinished && answer.id == first.id)
                } else {
                    let task = try #require(try await store.scheduler.task(answer.id))
                    let params = try JSONBytes(encoding: ProbeParams(name: "n\(number)"))
                    #expect(answer.kind == .created && task.params == params)
                }
            }
            let lines = try await store.scheduler.auditLog(limit: 1000)
            let audited = answers.filter { $0.0 % 8 < 4 && $0.0 % 4 != 2 }.map(\.1.id.description).sorted()
            #expect(lines.map(\.subject).sorted() == audited)
        }
    }

    @Test func `of two tasks for one place in one statement the first is stored`() async throws {
        try await withStore { store in
            let request = try TaskRequest(UniqueProbe.self, ProbeParams(), resourceID: "!a:test")
            let submitted = try await store.scheduler.submit([request, request])
            #expect(submitted.map(\.kind) == [.created, .alreadyUnfinished])
            #expect(submitted[0].id == submitted[1].id)
        }
    }

    @Test func `an answer of the roll is renewed while it is used, and nobody waits for that`() async throws {
        let calls = Mutex(0)
        let board = CoverageBoard {
            calls.withLock { $0 += 1 }
            return CoverageAnswer(report: RollCallReport(coverage: [], findings: []), uncoveredFor: [:])
        }
        _ = try await board.answer(notOlderThan: .seconds(3600))
        _ = try await board.answer(notOlderThan: .seconds(3600))
        #expect(calls.withLock { $0 } == 1)
        _ = try await board.answer(notOlderThan: .zero)
        #expect(calls.withLock { $0 } == 2)
    }
}

/// Counts what it is given.
private final class CountingChannel: WakeUpChannel {
    private let batches = Mutex<[Set<WakeUp>]>([])

    var sent: [Set<WakeUp>] { batches.withLock { $0 } }

    func publish(_ wakeUps: [WakeUp]) async throws { batches.withLock { $0.append(Set(wakeUps)) } }

    func wakeUps() -> AsyncStream<WakeUp> { AsyncStream { $0.finish() } }
}

/// How often this database's clients have prepared the statement that does nothing but notify.
private struct NotifyCalls: Statement {
    static let name = "test_notify_calls"
    static let sql = "SELECT count(*) FROM pg_prepared_statements WHERE name = 'notify'"

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
