import Foundation
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// A few tasks that failed, long ago, among many that completed.
@Suite(.timeLimit(.minutes(2)))
struct RareStatusTests {
    private static let few = """
        UPDATE muster.done SET status = 'failed', error = 'busy' WHERE id IN (SELECT id FROM muster.done ORDER BY id LIMIT 10);
        ANALYZE muster.done;
        DROP FUNCTION public.plan_of(text);
        CREATE FUNCTION public.plan_of(call text) RETURNS SETOF json LANGUAGE plpgsql AS $$
        BEGIN RETURN QUERY EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ' || call; END $$;
        """

    @Test func `a list by a rare status reads no history of others`() async throws {  // I9
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            _ = try await scheduler.numbers.all()
            try await database.client.withConnection { connection in
                try await connection.script(PlanBacklog.sql)
                try await connection.script(Self.few)
                for sql in [ListTasksNewestFirst.sql, ListTasksOldestFirst.sql] {
                    let start = sql == ListTasksNewestFirst.sql ? Int64.max : 0
                    try await connection.script("PREPARE planned AS \(sql)")
                    let rows = try await connection.execute(PlanOf(call: "EXECUTE planned('{failed}', 5, \(start), NULL, NULL)"))
                    try await connection.script("DEALLOCATE planned")
                    let pages = try JSONDecoder().decode([Plan].self, from: Data(rows.joined().utf8)).first?.root.pages ?? 0
                    #expect(pages > 0 && pages < 600, "of the tens of thousands that completed")
                }
            }
            var query = TaskQuery()
            query.statuses = [.failed]
            let failed = try await scheduler.tasks(query)
            #expect(failed.tasks.count == 10)
            query.statuses = [.failed, .complete, .cancelled]
            let mixed = try await scheduler.tasks(query)
            #expect(mixed.tasks.count == 100 && mixed.tasks.allSatisfy { $0.status == .complete })
        }
    }
}
