import Logging
import Postgres
import SchedulerTesting
import Testing

/// The isolation is the client's where it chooses one, and the server's where it does not.
struct IsolationTests {
    @Test(arguments: PostgresConfiguration.Pooler.allCases, [PostgresConfiguration.Isolation?.none, .readCommitted, .repeatableRead])
    func `statements and transactions have the isolation that was chosen`(
        pooler: PostgresConfiguration.Pooler, isolation: PostgresConfiguration.Isolation?
    ) async throws {
        try await withTestDatabase { database in
            try await database.client.withConnection {
                try await $0.script("ALTER DATABASE \"\(database.name)\" SET default_transaction_isolation = 'serializable'")
            }
            var configuration = PostgresConfiguration(conninfo: database.conninfo)
            configuration.pooler = pooler
            configuration.poolSize = 1
            configuration.isolation = isolation
            let client = PostgresClient(configuration, logger: Logger(label: "isolated") { _ in SwiftLogNoOpLogHandler() })
            let expected = isolation?.rawValue ?? "serializable"
            let alone = try await client.execute(ShowIsolation())
            #expect(alone == [expected])
            let inside = try await client.transaction { try $0.run(ShowIsolation()) }
            #expect(inside == [expected])
            await #expect(throws: PostgresError.self) { try await client.executeAll([FailingStatement(), FailingStatement()]) }
            await #expect(throws: PostgresError.self) { try await client.execute(FailingStatement()) }
            let together = try await client.executeAll([ShowIsolation(), ShowIsolation()])
            #expect(together == [[expected], [expected]])
            let within = try await client.with { connection in
                #expect(throws: PostgresError.self) { try connection.run(FailingStatement()) }
                return try connection.run(ShowIsolation())
            }
            #expect(within == [expected])
            await client.shutdown()
        }
    }
}

private struct ShowIsolation: Statement {
    static let name = "show_isolation"
    static let sql = "SELECT current_setting('transaction_isolation')"

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

private struct FailingStatement: Statement {
    static let name = "failing_statement"
    static let sql = "SELECT 1 / 0"
}
