import Postgres
import SchedulerTesting
import Testing

struct ConnectionTests {
    @Test func `a connection that is dropped is closed`() async throws {
        try await withTestDatabase { database in
            let backend = try await PostgresConnection.connect(PostgresConfiguration(conninfo: database.conninfo)).execute(BackendID())
            #expect(backend.count == 1)
            try await eventually("the end of the session") { try await database.client.execute(Sessions()) == [1] }
        }
    }

    @Test func `a closed connection refuses everything at once`() async throws {
        try await withTestDatabase { database in
            let connection = try await PostgresConnection.connect(PostgresConfiguration(conninfo: database.conninfo))
            await connection.close()
            await connection.close()
            #expect(await connection.isUsable == false)
            for attempt: @Sendable () async throws -> Void in [
                { _ = try await connection.execute(BackendID()) },
                { _ = try await connection.executeAll([BackendID()]) },
                { try await connection.transaction { _ in } },
                { try await connection.script("SELECT 1") },
                { _ = try await connection.copyIn("x", columns: ["y"], rows: 0..<1) { _, _ in } },
            ] {
                let error = await #expect(throws: PostgresError.self) { try await attempt() }
                #expect(error?.code == .connectionLost)
            }
        }
    }

    @Test func `a transaction of a connection that is given up is rolled back`() async throws {
        try await withTestDatabase(template: titles) { database in
            let connection = try await PostgresConnection.connect(PostgresConfiguration(conninfo: database.conninfo))
            let error = await #expect(throws: PostgresError.self) {
                try await connection.transaction { connection in
                    _ = try connection.run(InsertTitle(id: 1))
                    connection.close()
                    _ = try connection.run(InsertTitle(id: 2))
                }
            }
            #expect(error?.code == .connectionLost)
            // The key would be locked if the transaction were still open.
            #expect(try await database.client.execute(InsertTitle(id: 1)) == [1])
        }
    }

    @Test func `plans that a migration has spoilt are replaced with their connection`() async throws {
        try await withTestDatabase(template: titles) { database in
            #expect(try await database.client.execute(AllTitles()) == [])
            try await database.client.withConnection { connection in
                try await connection.script("ALTER TABLE titles ADD COLUMN note text")
            }
            let error = await #expect(throws: PostgresError.self) { try await database.client.execute(AllTitles()) }
            #expect(error?.sqlState == "0A000")
            #expect(error?.isRetryable == true)
            #expect(try await database.client.execute(AllTitles()) == [])
        }
    }

    @Test func `statements that ask for what execute cannot do are refused`() async throws {
        try await withTestDatabase { database in
            let copy = await #expect(throws: PostgresError.self) {
                try await database.client.withConnection { try await $0.script("COPY pg_class TO STDOUT") }
            }
            #expect(copy?.code == .invalidUse)
            let rows = try await database.client.execute(BackendID()).count
            #expect(rows == 1)
        }
    }
}

private struct Sessions: Statement {
    static let name = "sessions"
    static let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

private struct AllTitles: Statement {
    static let name = "all_titles"
    static let sql = "SELECT * FROM titles"

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
