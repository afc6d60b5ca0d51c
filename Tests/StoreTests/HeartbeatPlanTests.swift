import Foundation
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// A heartbeat must be as quick on a bad day as on a good one: who is late with it loses all claims.
@Suite(.timeLimit(.minutes(2)))
struct HeartbeatPlanTests {
    private static let gone = 30_000

    @Test(arguments: [0, 3]) func `no heartbeat walks over ended attempts, whatever is asked for`(asked: Int) async throws {  // I7
        try await withStore { store in
            let process = try await store.join("main")
            // Few rows on many pages, as after hours of work: what makes a scan of the whole table look cheap.
            try await store.database.script(
                """
                INSERT INTO muster.active (id, run_at, started_at, incarnation, action, priority, attempt, failures, crashes, interruptions, keyed)
                SELECT n, now(), now(), '\(process)', 1, 5, 1, 0, 0, 0, false FROM generate_series(1, \(Self.gone + 5)) n;
                INSERT INTO muster.cancel_request (id, requested_at, requested_by)
                SELECT n * \(Self.gone) + 1, now(), '@admin:test' FROM generate_series(1, \(asked)) n;
                CREATE FUNCTION public.plan_of(call text) RETURNS SETOF json LANGUAGE plpgsql AS $$
                BEGIN RETURN QUERY EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ' || call; END $$;
                """)
            try await store.client.withConnection { holder in
                try await holder.script("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT txid_current()")
                try await store.database.script("DELETE FROM muster.active WHERE id <= \(Self.gone); ANALYZE muster.active")
                try await store.client.withConnection { connection in
                    try await connection.script("PREPARE planned AS \(Beat.sql)")
                    let plan = try await connection.execute(PlanOf(call: "EXECUTE planned('\(process)', 20000, '{sweep}', '{1000}')"))
                    let pages = try JSONDecoder().decode([Plan].self, from: Data(plan.joined().utf8)).first?.root.pages ?? 0
                    #expect(pages > 0 && pages < 100)
                }
                try await holder.script("ROLLBACK")
            }
            let beat = try #require(
                try await store.client.execute(Beat(incarnation: process, deadAfter: .seconds(20))).first)
            #expect(beat.toCancel == (asked == 0 ? [] : [Int64(Self.gone) + 1]))
            #expect(beat.duties.contains("cancel") == (asked > 1))
        }
    }
}
