import Postgres
import SchedulerTesting
import Testing

/// Statements that are planned once beside those that the server plans as it sees fit.
struct PlanningTests {
    @Test func `a statement that says so is planned once, and others on its connection are not`() async throws {
        try await withTestDatabase { database in
            try await database.client.with { connection in
                _ = try connection.run(Often())
                for _ in 0..<3 {
                    #expect(try connection.run(PlanMode()) == ["auto"])
                    #expect(try connection.run(Often()) == ["force_generic_plan"])
                    #expect(try connection.run(Often()) == ["force_generic_plan"])
                }
                #expect(try connection.run(PlanMode()) == ["auto"])
            }
        }
    }

    @Test func `a transaction that is rolled back leaves nothing of it behind`() async throws {
        try await withTestDatabase { database in
            try await database.client.withConnection { connection in
                _ = try await connection.execute(PlanMode())
                await #expect(throws: Refusal.self) {
                    try await connection.transaction { connection in
                        #expect(try connection.run(Often()) == ["auto"])
                        throw Refusal()
                    }
                }
                let before = try await connection.execute(Often())
                let after = try await connection.execute(PlanMode())
                #expect(before == ["force_generic_plan"] && after == ["auto"])
            }
        }
    }

    @Test func `settings of the connection count for all its statements`() async throws {
        try await withTestDatabase { database in
            var configuration = PostgresConfiguration(conninfo: database.conninfo)
            configuration.settings["plan_cache_mode"] = "force_custom_plan"
            let connection = try await PostgresConnection.connect(configuration)
            let mode = try await connection.execute(Often())
            await connection.close()
            #expect(mode == ["force_custom_plan"])
        }
    }
}

private struct Refusal: Error {}

private struct Often: Statement {
    static let name = "often"
    static let isPlannedOnce = true
    static let sql = "SELECT current_setting('plan_cache_mode')"

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

private struct PlanMode: Statement {
    static let name = "plan_mode"
    static let sql = "SELECT current_setting('plan_cache_mode') /* seldom */"

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}
