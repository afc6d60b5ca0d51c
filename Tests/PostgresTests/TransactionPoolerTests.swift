import Logging
import Postgres
import SchedulerTesting
import Testing

/// What a client leaves behind on a server connection when a transaction pooler stands before the server: nothing.
struct TransactionPoolerTests {
    private func withPooledClient<R: Sendable>(_ body: (PostgresClient) async throws -> R) async throws -> R {
        try await withTestDatabase { database in
            var configuration = PostgresConfiguration(conninfo: database.conninfo)
            configuration.poolSize = 1
            configuration.pooler = .transaction
            configuration.settings = ["synchronous_commit": "off"]
            let client = PostgresClient(configuration, logger: Logger(label: "pooled") { _ in SwiftLogNoOpLogHandler() })
            do {
                let value = try await body(client)
                await client.shutdown()
                return value
            } catch {
                await client.shutdown()
                throw error
            }
        }
    }

    @Test func `settings hold in each statement and each transaction, and not after`() async throws {
        try await withPooledClient { client in
            let alone = try await client.execute(ShowSettings())
            #expect(alone == ["30s off"])
            let inside = try await client.transaction { connection in try connection.run(ShowSettings()) + connection.run(ShowSettings()) }
            #expect(inside == ["30s off", "30s off"])
            let together = try await client.executeAll([ShowSettings(), ShowSettings()])
            #expect(together == [["30s off"], ["30s off"]])
            // A script says what the connection itself has: what it was born with.
            try await client.withConnection { connection in
                try await connection.script(
                    """
                    DO $$ BEGIN
                        IF current_setting('statement_timeout') <> '0' OR current_setting('synchronous_commit') <> 'on' THEN
                            RAISE EXCEPTION 'something was left behind';
                        END IF;
                    END $$
                    """)
            }
        }
    }

    @Test func `no statement is left prepared`() async throws {
        try await withPooledClient { client in
            for _ in 0..<3 { _ = try await client.execute(ShowSettings()) }
            let prepared = try await client.execute(CountPrepared())
            #expect(prepared == [0])
        }
    }

    @Test func `a statement that fails undoes itself and its settings, and the connection goes on`() async throws {
        try await withPooledClient { client in
            await #expect(throws: PostgresError.self) { try await client.execute(DivideByZero()) }
            await #expect(throws: PostgresError.self) { try await client.transaction { try $0.run(DivideByZero()) } }
            let after = try await client.execute(ShowSettings())
            #expect(after == ["30s off"])
        }
    }
}

private struct ShowSettings: Statement {
    static let name = "show_settings"
    static let sql = "SELECT current_setting('statement_timeout') || ' ' || current_setting('synchronous_commit')"

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

private struct CountPrepared: Statement {
    static let name = "count_prepared"
    static let sql = "SELECT count(*) FROM pg_prepared_statements"

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

private struct DivideByZero: Statement {
    static let name = "divide_by_zero"
    static let sql = "SELECT 1 / 0"
}
