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
            try await store.submitBoth(1000)
            let (probe, other) = (try await store.probe(), try await store.other())
            var two = [try await store.claimer("main"), try await store.claimer("second")]
            var most = 0
            let limits = [probe, other].map { ($0, ActionLimit(concurrency: 7)) }
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
                    try await store.script(
                        """
                        INSERT INTO muster.active (id, run_at, started_at, incarnation, action, priority, attempt, failures, crashes, interruptions, keyed, limited)
                        SELECT -nextval('muster.task_number'), now(), now(), '\(two[0].incarnation)', \(probe), 5, 1, 0, 0, 0, false, true
                        WHERE (SELECT count(*) FROM muster.active WHERE action = \(probe)) < \(limit)
                        """)
                default: break
                }
                // Of several claims of one process in a row, all but the first may do without a count.
                let claimer = two[random.below(2)]
                for _ in 0...random.below(3) {
                    let asked = 1 + random.below(4)
                    let actions = [[probe], [other], [probe, other]][random.below(3)]
                    let before = try await store.running()
                    let claimed = try await claimer.claim(actions, asked, within: Dictionary(uniqueKeysWithValues: limits))
                    #expect(claimed == min(asked, actions.map { limit - before[$0, default: 0] }.reduce(0, +)))
                    let after = try await store.running()
                    #expect(after.values.allSatisfy { $0 <= limit })
                    most = max(most, after.values.max() ?? 0)
                }
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

    @Test func `a claim without a count takes what is known to have room, and nothing that is not`() async throws {
        try await withStore { store in
            try await store.submitBoth(100)
            let (probe, other) = (try await store.probe(), try await store.other())
            let one = try await store.claimer("main")
            let two = try await store.claimer("second")
            func limits(_ actions: [Int16]) -> [Int16: ActionLimit] {
                Dictionary(uniqueKeysWithValues: actions.map { ($0, ActionLimit(concurrency: 10)) })
            }
            #expect(try await one.claimInRoom([probe], 1, within: 10) == 0, "nothing was counted")
            #expect(try await one.claim([probe], 3, within: limits([probe])) == 3)
            #expect(try await one.claimInRoom([probe], 3, within: 10) == 3)
            #expect(try await one.claimInRoom([probe], 5, within: 10) == 0, "6 run, and 5 more would be too many")
            #expect(try await one.claimInRoom([probe], 4, within: 10) == 4)
            #expect(try await one.claimInRoom([probe], 1, within: 10) == 0)
            try await store.script("DELETE FROM muster.active")
            #expect(try await one.claimInRoom([probe], 1, within: 10) == 0, "what has ended is known after a count only")
            #expect(try await one.claim([probe], 1, within: limits([probe])) == 1)
            #expect(try await one.claimInRoom([probe, other], 1, within: 10) == 0, "the other was not counted")
            #expect(try await one.claim([probe, other], 1, within: limits([probe, other])) == 1)
            #expect(try await one.claimInRoom([probe, other], 1, within: 10) == 1)
            #expect(try await two.claim([other], 1, within: limits([other])) == 1)
            #expect(try await one.claimInRoom([probe, other], 1, within: 10) == 0, "somebody else has claimed")
            #expect(try await one.claim([probe], 1, within: limits([probe])) == 1)
            try await two.client.transaction { connection in
                _ = try connection.run(LockLimits(actions: [probe]))
                #expect(try await one.claimInRoom([probe], 1, within: 10) == 0, "somebody else has the turn")
            }
            #expect(try await one.claimInRoom([probe], 1, within: 10) == 1)
            for claimer in [one, two] { await claimer.client.shutdown() }
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
    var client: PostgresClient {
        didSet { claims = LimitedClaims(claims: client) }
    }
    private var claims: LimitedClaims

    init(incarnation: UUID, client: PostgresClient) {
        (self.incarnation, self.client) = (incarnation, client)
        claims = LimitedClaims(claims: client)
    }

    func claim(_ actions: [Int16], _ count: Int, within limits: [Int16: ActionLimit]) async throws -> Int {
        let claim = ClaimTasks(actions: actions, limit: count, incarnation: incarnation, deadAfter: .seconds(3600))
        return try await claims.claim(claim, limits: limits).rows.count
    }

    func claimInRoom(_ actions: [Int16], _ count: Int, within limit: Int32) async throws -> Int {
        let claim = ClaimTasks(actions: actions, limit: count, incarnation: incarnation, deadAfter: .seconds(3600))
        return try await client.execute(ClaimInRoom(claim: claim, limited: actions.map { ($0, limit) })).count
    }
}

private struct CountRunning: Statement {
    static let name = "count_running"
    static let sql = "SELECT action, count(*) FROM muster.active GROUP BY action"
    static func decode(_ row: inout RowReader) throws -> (Int16, Int64) { (try row.next(), try row.next()) }
}

extension StoreUnderTest {
    fileprivate func probe() async throws -> Int16 { try #require(try await scheduler.numbers.all()[Probe.name]) }

    fileprivate func other() async throws -> Int16 { try #require(try await scheduler.numbers.all()[OtherProbe.name]) }

    fileprivate func submitBoth(_ count: Int) async throws {
        _ = try await scheduler.submit(try (0..<count).map { _ in try TaskRequest(Probe.self, ProbeParams()) })
        _ = try await scheduler.submit(try (0..<count).map { _ in try TaskRequest(OtherProbe.self, ProbeParams()) })
    }

    fileprivate func running() async throws -> [Int16: Int] {
        Dictionary(uniqueKeysWithValues: try await client.execute(CountRunning()).map { ($0, Int($1)) })
    }

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
