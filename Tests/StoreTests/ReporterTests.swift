import Foundation
import Postgres
import SchedulerTesting
import Synchronization
import Testing

@testable import Scheduler

/// What the reporter tells those who wait for it.
@Suite(.timeLimit(.minutes(2)))
struct ReporterTests {
    @Test func `whoever found it full is told of room, even when it became full while a statement was on its way`() async throws {
        try await withStore { store in
            let request = try TaskRequest(Probe.self, ProbeParams())
            _ = try await store.scheduler.submit(Array(repeating: request, count: Reporter.waitingLimit))
            let process = try await store.join("main")
            let ended = try await Self.attempts(store, process).map {
                Reporter.Ended(attempt: $0, verdict: .end(status: .complete, result: nil, error: nil))
            }
            #expect(ended.count == Reporter.waitingLimit)
            let reporter = Reporter(client: store.client, events: EventRecorder(), builds: [:])
            let rooms = Mutex(0)
            let running = Task {
                await reporter.run(onReported: { _ in }, onRoom: { if !reporter.isFull { rooms.withLock { $0 += 1 } } })
            }
            try await store.client.transaction { holder in
                _ = try holder.run(HoldHistory())
                reporter.add(ended[0])
                try await eventually("the first outcome waits for the table") {
                    try await store.client.execute(CountLockWaits()).first == 1
                }
                for one in ended.dropFirst() { reporter.add(one) }
                #expect(reporter.isFull)
            }
            await reporter.waitUntilIdle(atMost: .seconds(30))
            running.cancel()
            #expect(rooms.withLock { $0 } > 0)
        }
    }

    private static func attempts(_ store: StoreUnderTest, _ process: UUID) async throws -> [LiveAttempt] {
        var handlers = HandlerRegistry()
        try handlers.register(ProbeHandler(Probe.self, ledger: ProbeLedger()))
        let entry = try #require(handlers.entries[Probe.name])
        let work = RunnableAction(number: 1, definition: ActionDefinition(Probe.self), entry: entry)
        return try await store.claim(process, limit: Reporter.waitingLimit).map { row in
            LiveAttempt(
                claim: row, work: work, incarnation: process, claimedAt: .now, client: store.client, limit: 1000, onClaimLost: { _ in })
        }
    }
}

/// Keeps outcomes from being written until the transaction ends.
private struct HoldHistory: Statement {
    static let name = "test_hold_history"
    static let sql = "LOCK TABLE muster.done IN ACCESS EXCLUSIVE MODE"
}

/// Statements that wait for a lock of a table.
private struct CountLockWaits: Statement {
    static let name = "test_count_lock_waits"
    static let sql =
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
