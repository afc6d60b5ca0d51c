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

    @Test func `an outcome that the database refuses holds up no other, and is final after five refusals`() async throws {  // I9
        try await withStore { store in
            let request = try TaskRequest(Probe.self, ProbeParams())
            let ids = try await store.scheduler.submit(Array(repeating: request, count: 40)).map(\.id)
            let process = try await store.join("main")
            let attempts = try await Self.attempts(store, process)
            let poisoned = attempts[0].id
            try await store.database.script(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF new.id = \(poisoned) AND new.status = 'complete' THEN RAISE 'no' USING ERRCODE = 'XX000'; END IF;
                    RETURN new;
                END $$;
                CREATE TRIGGER refuse BEFORE INSERT ON muster.done FOR EACH ROW EXECUTE FUNCTION refuse();
                """)
            let events = EventRecorder()
            let reporter = Reporter(client: store.client, events: events, builds: [:])
            let running = Task { await reporter.run(onReported: { _ in }, onRoom: {}) }
            func end(_ attempt: LiveAttempt) {
                reporter.add(Reporter.Ended(attempt: attempt, verdict: .end(status: .complete, result: nil, error: nil)))
            }
            for attempt in attempts.prefix(10) { end(attempt) }
            for id in ids.prefix(10) where id != poisoned { try await store.scheduler.wait(for: id, status: .complete) }
            // Others are taken while it is refused again and again.
            var rest = attempts.dropFirst(10)
            try await eventually("the end of the poisoned one", timeout: .seconds(60)) {
                let refusals = events.all.count { if case .databaseTrouble = $0 { true } else { false } }
                while attempts.count - rest.count < 10 + refusals, let next = rest.popFirst() { end(next) }
                return try await store.scheduler.task(poisoned)?.status == .failed
            }
            let task = try #require(try await store.scheduler.task(poisoned))
            #expect(task.error == "Its outcome could not be stored: no")
            #expect(events.all.contains { if case .outcomeRefused(poisoned, _, _) = $0 { true } else { false } })
            running.cancel()
        }
    }

    @Test func `while the database takes no outcome at all none is given up`() async throws {  // I8
        try await withStore { store in
            let id = try await store.submit()
            let process = try await store.join("main")
            let attempts = try await Self.attempts(store, process)
            try await store.database.script(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no' USING ERRCODE = '42501'; END $$;
                CREATE TRIGGER refuse BEFORE INSERT ON muster.done FOR EACH ROW EXECUTE FUNCTION refuse();
                """)
            let events = EventRecorder()
            let mood = DatabaseMood()
            let reporter = Reporter(client: store.client, events: events, builds: [:], mood: mood)
            let running = Task { await reporter.run(onReported: { _ in }, onRoom: {}) }
            reporter.add(Reporter.Ended(attempt: attempts[0], verdict: .end(status: .complete, result: nil, error: nil)))
            try await eventually("two refusals") { events.all.count { if case .databaseTrouble = $0 { true } else { false } } >= 2 }
            // The readiness probe is told, although the database answers and the other work goes on.
            #expect(mood.failing() == [.reporting])
            try await store.database.script("DROP TRIGGER refuse ON muster.done")
            try await store.scheduler.wait(for: id, status: .complete)
            try await eventually("the mood") { mood.failing().isEmpty }
            running.cancel()
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
