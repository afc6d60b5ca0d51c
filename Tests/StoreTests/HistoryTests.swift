import Foundation
import Migrations
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// History goes by dropping partitions; what may not go yet stays.
@Suite(.timeLimit(.minutes(2)))
struct HistoryTests {
    @Test func `old history is dropped as a whole, and what may not go yet is kept`() async throws {  // I6, I8
        let events = EventRecorder()
        try await withHistory(events) { store in
            let keyed = try TaskRequest(Probe.self, ProbeParams(), idempotencyKey: "k")
            let complete = try await store.scheduler.submit(keyed).id
            let failed = try await store.submit()
            let waiting = try await store.submit()
            let process = try await store.join("main")
            _ = try await store.claim(process, limit: 2)
            let fence = AttemptFence(id: complete.rawValue, attempt: 1, incarnation: process)
            _ = try await store.client.execute(SaveProgress(fence: fence, progress: TaskProgress(done: 1, total: 2), checkpoint: nil))
            _ = try await store.end(fence)
            _ = try await store.end(
                AttemptFence(id: failed.rawValue, attempt: 1, incarnation: process), status: "failed", error: "no")

            try await store.moveClock("+ interval '15 days'")
            try await store.scheduler.sweep()
            let gone = try await store.scheduler.task(complete)
            #expect(gone == nil)
            try await store.expect(0, in: "progress")
            try await store.expect(0, in: "idempotency")
            let kept = try #require(try await store.scheduler.task(failed))
            #expect(kept.status == .failed)
            #expect(kept.error == "no")
            let attempts = try await store.scheduler.attempts(of: failed)
            #expect(attempts.count == 1)
            let drops = events.all.compactMap { if case .historyDropped(_, let kept) = $0 { kept } else { nil } }
            #expect(drops == [2])

            try await store.moveClock("+ interval '31 days'")
            try await store.scheduler.sweep()
            let late = try await store.scheduler.task(failed)
            #expect(late == nil)
            try await store.expect(0, in: "attempt_end")
            let second = try await store.join("second")
            let claimed = try await store.claim(second)
            #expect(claimed.map(\.id) == [waiting.rawValue])
        }
    }

    @Test func `a missing partition stops nobody, and heals`() async throws {  // I1
        try await withHistory { store in
            try await store.moveTime("+ interval '60 days'")
            let first = try await store.submit()
            try await store.expect(1, in: "task_default")
            try await store.scheduler.sweep()
            try await store.expect(0, in: "task_default")
            let second = try await store.submit()
            try await store.expect(0, in: "task_default")
            let process = try await store.join("main")
            let claimed = try await store.claim(process)
            #expect(claimed.map(\.id) == [first.rawValue, second.rawValue])
        }
    }

    @Test func `a partition that is missed for too long begins after what cannot be moved`() async throws {
        try await withHistory { store in
            try await store.moveTime("+ interval '60 days'")
            let first = try await store.submit()
            let made = try await store.client.execute(AddPartitions(width: .seconds(7 * 86_400), mostMoved: 0))
            #expect(!made.isEmpty)
            let second = try await store.submit()
            try await store.expect(1, in: "task_default")
            for id in [first, second] {
                let task = try await store.scheduler.task(id)
                #expect(task?.status == .scheduled)
            }
        }
    }

    @Test func `a partition with too much to keep stays, and loses what may go row by row`() async throws {
        try await withHistory { store in
            let cancelled = try await store.submit()
            _ = try await store.scheduler.cancel(cancelled, requestedBy: nil)
            let waiting = try await store.submit()
            let label = try #require(try await store.client.execute(ListPartitions(shortest: .zero)).first?.label)
            try await store.moveClock("+ interval '15 days'")
            let drop = DropPartition(label: label, retention: RetentionPolicy(), mostKept: 0)
            let kept = try await store.client.execute(drop)
            #expect(kept == [nil])
            let swept = try await store.client.execute(SweepPartition(label: label, retention: RetentionPolicy(), limit: 10))
            #expect(swept == [1])
            let gone = try await store.scheduler.task(cancelled)
            #expect(gone == nil)
            let there = try await store.scheduler.task(waiting)
            #expect(there?.status == .scheduled)
        }
    }

    @Test func `what belonged to dropped partitions goes although an older one stays`() async throws {  // I9
        try await withHistory { store in
            // One that may not go yet, with a hole after it, where another one was.
            try await store.database.script(
                """
                INSERT INTO muster.partition (label, from_id, until_id) VALUES ('old', 100, 200);
                INSERT INTO muster.idempotency (key, digest, id)
                SELECT 'key ' || id, '\\x00', id FROM unnest(ARRAY[50, 100, 199, 200, 250]::bigint[]) AS id;
                INSERT INTO muster.progress (id, attempt, done, failed, updated_at) SELECT id, 1, 1, 0, now() FROM unnest(ARRAY[150, 250]::bigint[]) AS id;
                """)
            let kept = try await store.submit()
            let swept = try await store.client.execute(SweepOrphans(limit: 10)).first
            #expect(swept == 4)
            try await store.expect(2, in: "idempotency")
            try await store.expect(1, in: "progress")
            let task = try await store.scheduler.task(kept)
            #expect(task != nil)
        }
    }

    @Test func `whoever reads for long delays a drop and nothing else`() async throws {
        try await withHistory { store in
            let id = try await store.submit()
            _ = try await store.scheduler.cancel(id, requestedBy: nil)
            try await store.moveClock("+ interval '15 days'")
            try await store.client.withConnection { reader in
                try await reader.script("BEGIN; LOCK TABLE muster.task IN ACCESS SHARE MODE")
                try await store.scheduler.sweep()
                let later = try await store.submit()
                let pending = try await store.scheduler.pendingCounts().map(\.count)
                #expect(pending == [1], "\(later)")
                try await reader.script("COMMIT")
            }
            let before = try await store.scheduler.task(id)
            #expect(before != nil)
            try await store.scheduler.sweep()
            let after = try await store.scheduler.task(id)
            #expect(after == nil)
        }
    }

    @Test func `what an older schema holds becomes the first partition`() async throws {  // I8
        try await withTestDatabase { database in
            _ = try await Migrator(client: database.client).migrate()
            try await database.script("DROP SCHEMA muster CASCADE; CREATE SCHEMA muster")
            for migration in Migrations.all where migration.version < 6 { try await database.script(migration.sql) }
            try await database.script(
                """
                CREATE TABLE muster.schema_version (version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
                INSERT INTO muster.schema_version (version, name) SELECT n, 'older' FROM generate_series(1, 5) n;
                INSERT INTO muster.action (name, max_attempts, backoff_initial_ms, backoff_factor, backoff_maximum_ms, backoff_jitter, unique_by_resource)
                VALUES ('old', 1, 1, 1, 1, 0, false);
                INSERT INTO muster.task (id, action, priority, run_at, created_at, params)
                SELECT muster.next_task_id(), 1, 5, now(), now(), '{}' FROM generate_series(1, 500);
                INSERT INTO muster.ready (id, run_at, action, priority) SELECT id, run_at, action, priority FROM muster.task;
                """)
            _ = try await Migrator(client: database.client).migrate()
            let scheduler = try database.scheduler()
            let pending = try await scheduler.pendingCounts().map(\.count).reduce(0, +)
            #expect(pending == 500)
            let labels = try await database.client.execute(ListPartitions(shortest: .zero)).map(\.label)
            #expect(labels.first == "p0")
            #expect(labels.count == 2)
            let new = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
            let task = try await scheduler.task(new)
            #expect(task != nil)
        }
    }

    @Test func `partitions grow with the retention`() {
        let day = 86_400.0
        let widths = [0.5, 2, 7, 14, 30].map { days in
            var retention = RetentionPolicy()
            retention.complete = .seconds(days * day)
            return retention.partitionWidth / .seconds(day)
        }
        #expect(widths == [1, 1, 7, 7, 28])
    }
}

private func withHistory(_ events: any EventSink = EventRecorder(), _ body: (StoreUnderTest) async throws -> Void) async throws {
    try await withMusterDatabase { database in
        let scheduler = try database.scheduler(events: events)
        let numbers = try await scheduler.numbers.all()
        try await body(StoreUnderTest(database: database, scheduler: scheduler, actions: numbers.values.sorted()))
    }
}

extension StoreUnderTest {
    /// Moves the database's clock and, with it, the ids of new tasks.
    fileprivate func moveTime(_ change: String) async throws {
        try await moveClock(change)
        try await database.script(
            """
            CREATE OR REPLACE FUNCTION muster.task_moment() RETURNS bigint LANGUAGE sql VOLATILE AS
            $$ SELECT floor(extract(epoch FROM clock_timestamp() \(change)) * 1000)::bigint << 20 $$
            """)
    }

    /// Says how many rows a table of the schema must have.
    fileprivate func expect(_ rows: Int64, in table: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let counted = try await client.execute(CountRows(table: table))
        #expect(counted == [rows], "\(table)", sourceLocation: sourceLocation)
    }
}

private struct CountRows: Statement {
    typealias Row = Int64
    static let name = "count_rows"
    static let sql =
        "SELECT (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM muster.' || $1::text, false, true, '')))[1]::text::bigint"
    let table: String

    func bind(_ binds: inout Binds) { binds.add(table) }
    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
