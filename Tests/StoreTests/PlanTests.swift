import Foundation
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// With a large backlog the frequent statements still find their rows by an index: nothing reads a whole table, nothing sorts the backlog.
@Suite(.timeLimit(.minutes(3)))
struct PlanTests {
    private static let large: Set<String> = ["ready", "deferred", "active", "task", "done", "progress"]

    /// A statement and parameters of an ordinary call.
    private static let calls: [(name: String, sql: String, parameters: String)] = [
        (ClaimTasks.name, ClaimTasks.sql, "\(PlanBacklog.starts), 100, '\(PlanBacklog.process)', 20000, 3::smallint"),
        (EndAttempts.name, EndAttempts.sql, "'\(PlanBacklog.process)', '{1,2}', '{1,1}', '{complete,failed}', '{1,2}', '{a,b}', '{f,f}'"),
        (CompleteAttempts.name, CompleteAttempts.sql, "'\(PlanBacklog.process)', '{1,2}', 1::smallint"),
        (FindCompleted.name, FindCompleted.sql, "'\(PlanBacklog.process)', '{1,2}', 1::smallint"),
        (FindReady.name, FindReady.sql, "\(PlanBacklog.starts), '2026-01-01', 3::smallint"),
        (
            DeferAttempts.name, DeferAttempts.sql,
            "'\(PlanBacklog.process)', '{1,2}', '{1,1}', '{retry,retry}', '{5,5}', '{a,b}', '{2026-01-01,2026-01-01}'"
        ),
        (
            ParkAttempts.name, ParkAttempts.sql,
            "'\(PlanBacklog.process)', '{1,2}', '{1,1}', '{v d,v d}', '{a,b}', '{2026-01-01,2026-01-01}'"
        ),
        (SweepOrphans.name, SweepOrphans.sql, "1000"),
        (
            ClaimWithin.name, ClaimWithin.sql, "\(PlanBacklog.starts), 100, '\(PlanBacklog.process)', 20000, 3::smallint, '{1}', '{5}', 7"
        ),
        (ClaimMarked.name, ClaimMarked.sql, "\(PlanBacklog.starts), 100, '\(PlanBacklog.process)', 20000, 3::smallint, '{1}', 7"),
        (
            ClaimInRoom.name, ClaimInRoom.sql, "\(PlanBacklog.starts), 100, '\(PlanBacklog.process)', 20000, 3::smallint, '{1}', '{5}'"
        ),
        (FindRoom.name, FindRoom.sql, "'{1,2}', '{4,NULL}', '{NULL,50}', '{NULL,5}', 100"),
        (PromoteDue.name, PromoteDue.sql, "1000, '2026-01-01'"),
        (
            SubmitTasks.name, SubmitTasks.sql,
            "'{1}', '{5}', '{NULL}', '{NULL}', '{r}', '{NULL}', ARRAY['{}'], '{t}', '{f}', '{k}', ARRAY['\\x00'::bytea], '{a}', '{n}', '20ms'"
        ),
        (SubmitPlain.name, SubmitPlain.sql, "'{1}', '{5}', '{NULL}', '{r}', '{NULL}', ARRAY['{}']"),
        (SubmitOne.name, SubmitOne.sql, "1::smallint, 5::smallint, NULL, 'r', NULL, '{}', 'work'"),
        (SubmitKeyed.name, SubmitKeyed.sql, "'{1}', '{5}', '{NULL}', '{r}', '{NULL}', ARRAY['{}'], '{t}', '{a}', '{n}', '20ms'"),
        (SaveProgress.name, SaveProgress.sql, "1, 1::smallint, '\(PlanBacklog.process)', 1, 2, 0, '{}'"),
        (ParkUncovered.name, ParkUncovered.sql, "'{1}', 1000, NULL"),
        (CancelWaiting.name, CancelWaiting.sql, "1, 'a person'"),
        (FindTask.name, FindTask.sql, "1"),
        (ListTasksNewestFirst.name, ListTasksNewestFirst.sql, "'{failed}', 50, 9223372036854775807, NULL, NULL"),
        (ListTasksOldestFirst.name, ListTasksOldestFirst.sql, "'{scheduled,active,complete}', 50, 0, 1::smallint, '2026-01-01'"),
        (ListTasksOfResource.name, ListTasksOfResource.sql, "'resource 7', false, 9223372036854775807, NULL, '{complete}', 50"),
        (Beat.name, Beat.sql, "'\(PlanBacklog.process)', 20000, '{sweep}', '{300000}'"),
    ]

    @Test func `no frequent statement reads a whole table or sorts the backlog`() async throws {
        try await withMusterDatabase { database in
            _ = try await database.scheduler().numbers.all()
            try await database.client.withConnection { connection in
                try await connection.script(PlanBacklog.sql)
                for call in Self.calls {
                    try await connection.script("PREPARE planned AS \(call.sql)")
                    let rows = try await connection.execute(PlanOf(call: "EXECUTE planned(\(call.parameters))"))
                    try await connection.script("DEALLOCATE planned")
                    let plan = try JSONDecoder().decode([Plan].self, from: Data(rows.joined().utf8))
                    let root = try #require(plan.first?.root)
                    let offences = root.wholeTables(Self.large) + root.sorts(of: ["ready", "deferred"])
                    #expect(offences.isEmpty, "\(call.name)")
                }
            }
        }
    }
}

/// What an old snapshot keeps of tasks that have gone on must not be walked over again.
@Suite(.timeLimit(.minutes(3)))
struct DeadEntryTests {
    private static let gone = 30_000

    /// A statement, its parameters from the left end, and from where the living begin.
    private static let calls: [(name: String, sql: String, fromTheLeft: String, fromTheFloor: String)] = [
        (
            ClaimTasks.name, ClaimTasks.sql, "'{1}', '{5}', '{-infinity}', '{0}', 10, '\(PlanBacklog.process)', 20000, 3::smallint",
            "'{1}', '{5}', '{2026-01-02}', '{0}', 10, '\(PlanBacklog.process)', 20000, 3::smallint"
        ),
        (
            FindReady.name, FindReady.sql, "'{1}', '{5}', '{-infinity}', '{0}', '-infinity', 3::smallint",
            "'{1}', '{5}', '{2026-01-02}', '{0}', '2026-01-02', 3::smallint"
        ),
        (PromoteDue.name, PromoteDue.sql, "10, '-infinity'", "10, '2026-01-02'"),
    ]

    private static let sql = """
        SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off;
        INSERT INTO muster.process (incarnation, instance, host, place, pid, version, config_digest, state, started_at, beat_at)
        VALUES ('\(PlanBacklog.process)', 'main', 'host', 'place', 1, 'test', '', 'running', now(), now());
        INSERT INTO muster.task (id, action, priority, run_at, created_at, params)
        SELECT n, 1, 5, now(), now(), '{}' FROM generate_series(1, \(gone + 100)) n;
        INSERT INTO muster.ready (id, run_at, action, priority)
        SELECT n, '2026-01-01'::timestamptz + n / \(gone + 1) * interval '1 day', 1, 5 FROM generate_series(1, \(gone + 100)) n
        ORDER BY hashint4(n);
        INSERT INTO muster.deferred (id, run_at, action, priority, reason)
        SELECT -n, '2026-01-01'::timestamptz + n / \(gone + 1) * interval '1 day' + n * interval '1 ms', 1, 5, 'scheduled'
        FROM generate_series(1, \(gone + 100)) n ORDER BY hashint4(n);
        ANALYZE;
        CREATE FUNCTION public.plan_of(call text) RETURNS SETOF json LANGUAGE plpgsql AS $$
        BEGIN RETURN QUERY EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ' || call; END $$;
        """

    @Test func `behind its floor no look, promotion or claim walks over what an old snapshot keeps`() async throws {
        try await withMusterDatabase { database in
            _ = try await database.scheduler().numbers.all()
            try await database.client.withConnection { try await $0.script(Self.sql) }
            try await database.client.withConnection { holder in
                try await holder.script("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT txid_current()")
                try await database.client.withConnection { connection in
                    // Gone, but not for the holder: no index entry may be removed.
                    try await connection.script(
                        "DELETE FROM muster.ready WHERE id <= \(Self.gone); DELETE FROM muster.deferred WHERE id >= -\(Self.gone)")
                    for call in Self.calls {
                        let left = try await Self.pages(call.sql, call.fromTheLeft, over: connection)
                        let floor = try await Self.pages(call.sql, call.fromTheFloor, over: connection)
                        #expect(floor < 600, "\(call.name) from its floor")
                        #expect(left > Self.gone / 2, "\(call.name) from the left end: else this test says nothing")
                    }
                }
                try await holder.script("ROLLBACK")
            }
        }
    }

    /// The pages that a call touches; it is undone.
    private static func pages(_ sql: String, _ parameters: String, over connection: PostgresConnection) async throws -> Int {
        try await connection.script("PREPARE planned AS \(sql); BEGIN")
        let rows = try await connection.execute(PlanOf(call: "EXECUTE planned(\(parameters))"))
        try await connection.script("ROLLBACK; DEALLOCATE planned")
        return try JSONDecoder().decode([Plan].self, from: Data(rows.joined().utf8)).first?.root.pages ?? 0
    }
}

/// A backlog as after a bad night, analysed; and the function that explains.
enum PlanBacklog {
    static let process = "0b5e3f0e-5d0c-4d1c-9c63-5e1f6a1d2b3c"

    /// Two lines, one from its left end and one from a floor.
    static let starts = "'{1,2}', '{0,5}', '{-infinity,2026-01-01}', '{0,7}'"

    static let sql = """
        SET plan_cache_mode = force_generic_plan;
        INSERT INTO muster.process (incarnation, instance, host, place, pid, version, config_digest, state, started_at, beat_at)
        VALUES ('\(process)', 'main', 'host', 'place', 1, 'test', '', 'running', now(), now());
        SELECT muster.drop_partition(label, 0, 0, 0, 0) FROM muster.partition;
        SELECT muster.add_partition(0, 1 << 20, 0);
        INSERT INTO muster.task (id, action, priority, run_at, created_at, resource_id, params)
        SELECT n % 2 * (2::bigint << 20) + n, 1 + n % 3, 5, now(), now(), 'resource ' || n % 1000, '{}' FROM generate_series(1, 150000) n;
        INSERT INTO muster.active
            (id, run_at, started_at, incarnation, action, priority, attempt, failures, crashes, interruptions, keyed)
        SELECT n, now(), now(), '\(process)', 1 + n % 3, 5, 1, 0, 0, 0, false FROM generate_series(1, 5000) n;
        INSERT INTO muster.ready (id, run_at, action, priority)
        SELECT n, now() - n * interval '1 ms', 1 + n % 3, n % 10 FROM generate_series(5001, 55000) n;
        INSERT INTO muster.deferred (id, run_at, action, priority, reason)
        SELECT n, now() + (n - 60000) * interval '1 s', 1 + n % 3, 5, 'scheduled' FROM generate_series(55001, 100000) n;
        INSERT INTO muster.done (id, finished_at, started_at, action, attempt, failures, crashes, interruptions, status)
        SELECT n % 2 * (2::bigint << 20) + n, now(), now(), 1 + n % 3, 1, 0, 0, 0, 'complete' FROM generate_series(100001, 150000) n;
        INSERT INTO muster.progress (id, attempt, done, failed, updated_at)
        SELECT n, 1, 1, 0, now() FROM generate_series(1, 50000) n;
        ANALYZE;
        CREATE FUNCTION public.plan_of(call text) RETURNS SETOF json LANGUAGE plpgsql AS $$
        BEGIN RETURN QUERY EXECUTE 'EXPLAIN (FORMAT JSON) ' || call; END $$;
        """
}

struct PlanOf: Statement {
    typealias Row = String
    static let name = "plan_of"
    static let sql = "SELECT line::text FROM public.plan_of($1::text) AS line"
    let call: String
    func bind(_ binds: inout Binds) { binds.add(call) }
    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

/// What PostgreSQL says of a plan.
struct Plan: Decodable {
    var root: PlanNode

    enum CodingKeys: String, CodingKey { case root = "Plan" }
}

struct PlanNode: Decodable {
    var type: String
    var table: String?
    var relationship: String?
    var children: [PlanNode]?
    var hits: Int?
    var reads: Int?

    /// The pages that it and everything below it touched.
    var pages: Int { (hits ?? 0) + (reads ?? 0) }

    enum CodingKeys: String, CodingKey {
        case type = "Node Type"
        case table = "Relation Name"
        case relationship = "Parent Relationship"
        case children = "Plans"
        case hits = "Shared Hit Blocks"
        case reads = "Shared Read Blocks"
    }

    /// The whole-table scans below here.
    func wholeTables(_ tables: Set<String>) -> [String] {
        let own = type == "Seq Scan" ? table.flatMap { tables.contains(Self.whole($0)) ? "reads the whole of \($0)" : nil } : nil
        return [own].compactMap { $0 } + (children ?? []).flatMap { $0.wholeTables(tables) }
    }

    /// The sorts below here that take in one of these tables without a limit.
    func sorts(of tables: Set<String>) -> [String] {
        let own = type.hasSuffix("Sort") ? (children ?? []).flatMap { $0.unlimited(tables) }.map { "sorts \($0)" } : []
        return own + (children ?? []).flatMap { $0.sorts(of: tables) }
    }

    /// The table that a partition is a part of.
    private static func whole(_ table: String) -> String {
        table.hasPrefix("task_") ? "task" : table.hasPrefix("done_") ? "done" : table
    }

    private func unlimited(_ tables: Set<String>) -> [String] {
        // What is computed apart, by a WITH or a subquery of its own, does not flow through the sort.
        if type == "Limit" || relationship == "InitPlan" { return [] }
        let own = table.flatMap { tables.contains(Self.whole($0)) && type.hasSuffix("Scan") ? $0 : nil }
        return [own].compactMap { $0 } + (children ?? []).flatMap { $0.unlimited(tables) }
    }
}
