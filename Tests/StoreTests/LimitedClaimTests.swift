import Foundation
import SchedulerTesting
import Testing

@testable import Postgres
@testable import Scheduler

/// What is claimed under a limit is counted from the oldest that runs, and never too low.
@Suite(.timeLimit(.minutes(2)))
struct LimitedClaimTests {
    @Test(arguments: [3, 26, 2026] as [UInt64])
    func `whatever was claimed, ended and lost between two claims, as many run as the limit allows`(_ seed: UInt64) async throws {  // I6
        try await withStore { store in
            _ = try await store.scheduler.submit(try (0..<1000).map { _ in try TaskRequest(Probe.self, ProbeParams()) })
            var two = [try await store.claimer("main"), try await store.claimer("second")]
            var most = 0
            let limit = 7
            var random = SplitMix(state: seed)
            for _ in 0..<120 {
                switch random.below(4) {
                case 0: try await store.script("DELETE FROM muster.active WHERE random() < 0.5")
                case 1:
                    // As after a crash or a failover of the server: no connection lives, and marks come again.
                    for (index, claimer) in two.enumerated() {
                        await claimer.client.shutdown()
                        two[index].client = store.ownClient()
                    }
                    try await store.script("SELECT setval('muster.limit_mark', 1)")
                // As the version before claims, beside this one.
                case 2:
                    let action = try await store.probe()
                    try await store.script(
                        """
                        INSERT INTO muster.active (id, run_at, started_at, incarnation, action, priority, attempt, failures, crashes, interruptions, keyed, limited)
                        SELECT -nextval('muster.task_number'), now(), now(), '\(two[0].incarnation)', \(action), 5, 1, 0, 0, 0, false, true
                        WHERE (SELECT count(*) FROM muster.active) < \(limit)
                        """)
                default: break
                }
                let before = Int(try await store.client.execute(CountRunning()).first ?? 0)
                let asked = 1 + random.below(10)
                let claimed = try await two[random.below(2)].claim(try await store.probe(), asked, within: limit)
                #expect(claimed == min(asked, limit - before))
                most = max(most, before + claimed)
            }
            #expect(most == limit)
            for claimer in two { await claimer.client.shutdown() }
        }
    }

    @Test func `a count does not walk over what an old snapshot keeps of ended attempts`() async throws {
        try await withStore { store in
            let gone = 30_000
            let process = try await store.join("main")
            let action = try await store.probe()
            try await store.script(
                """
                INSERT INTO muster.active (id, run_at, started_at, incarnation, action, priority, attempt, failures, crashes, interruptions, keyed, limited, mark)
                SELECT n, now(), now(), '\(process)', \(action), 5, 1, 0, 0, 0, false, true, nextval('muster.limit_mark')
                FROM generate_series(1, \(gone + 100)) n;
                ANALYZE muster.active;
                CREATE FUNCTION public.plan_of(call text) RETURNS SETOF json LANGUAGE plpgsql AS $$
                BEGIN RETURN QUERY EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ' || call; END $$;
                """)
            try await store.client.withConnection { holder in
                try await holder.script("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT txid_current()")
                try await store.script("DELETE FROM muster.active WHERE id <= \(gone)")
                try await store.client.withConnection { connection in
                    try await connection.script(
                        """
                        SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off;
                        PREPARE planned AS \(FindRoom.sql)
                        """)
                    let call = PlanOf(call: "EXECUTE planned('{\(action)}', '{1000}', '{NULL}', '{NULL}', 10)")
                    let first = try await Self.pages(call, connection)
                    let second = try await Self.pages(call, connection)
                    #expect(first > 300, "all of them, once: else this test says nothing")
                    #expect(second < 20)
                }
                try await holder.script("ROLLBACK")
            }
        }
    }

    private static func pages(_ call: PlanOf, _ connection: PostgresConnection) async throws -> Int {
        let rows = try await connection.execute(call)
        return try JSONDecoder().decode([Plan].self, from: Data(rows.joined().utf8)).first?.root.pages ?? 0
    }
}

/// A process that claims under a limit, over one connection of its own.
private struct LimitedClaimer {
    let incarnation: UUID
    var client: PostgresClient

    func claim(_ action: Int16, _ count: Int, within limit: Int) async throws -> Int {
        let claim = ClaimTasks(actions: [action], limit: count, incarnation: incarnation, deadAfter: .seconds(3600))
        let limits = [action: ActionLimit(concurrency: limit)]
        return try await LimitedClaims(claims: client, limits: limits).claim(claim).rows.count
    }
}

private struct CountRunning: Statement {
    static let name = "count_running"
    static let sql = "SELECT count(*) FROM muster.active"
    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

extension StoreUnderTest {
    fileprivate func probe() async throws -> Int16 { try #require(try await scheduler.numbers.all()[Probe.name]) }

    fileprivate func script(_ sql: String) async throws { try await client.withConnection { try await $0.script(sql) } }

    fileprivate func claimer(_ instance: String) async throws -> LimitedClaimer {
        LimitedClaimer(incarnation: try await join(instance), client: ownClient())
    }

    fileprivate func ownClient() -> PostgresClient {
        var configuration = client.configuration
        configuration.poolSize = 1
        return PostgresClient(configuration, logger: client.logger)
    }
}
