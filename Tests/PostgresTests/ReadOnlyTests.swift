import Logging
import Postgres
import SchedulerTesting
import Testing

/// Sessions that were opened while the database was read-only.
struct ReadOnlyTests {
    @Test func `a client that worked while the database was read-only writes as soon as it is not`() async throws {
        try await withTestDatabase(template: titles) { database in
            try await database.setReadOnly(true)
            let error = await #expect(throws: PostgresError.self) { try await database.client.execute(InsertTitle(id: 1)) }
            #expect(error?.sqlState == "25006")
            #expect(error?.isUnavailable == true)
            // Reading goes on, and what it read with is not kept.
            #expect(try await database.client.execute(TitleIDs()) == [])
            try await database.setReadOnly(false)
            #expect(try await database.client.execute(InsertTitle(id: 2)) == [2])
        }
    }

    @Test func `a session that was refused is closed, with the transaction that was open`() async throws {
        try await withTestDatabase(template: titles) { database in
            let connection = try await PostgresConnection.connect(PostgresConfiguration(conninfo: database.conninfo))
            await #expect(throws: PostgresError.self) {
                try await connection.transaction { connection in
                    _ = try connection.run(InsertTitle(id: 1))
                    try await connection.script("SET TRANSACTION READ ONLY")
                    _ = try connection.run(InsertTitle(id: 2))
                }
            }
            #expect(await connection.isUsable == false)
            #expect(try await database.client.execute(TitleIDs()) == [])
        }
    }

    @Test func `a login without a password, and one that the server refuses, are told by their codes`() async throws {
        let server = try await TestServer.shared.server()
        for (conninfo, state) in [(server.conninfo(database: "nowhere"), "3D000"), (server.conninfo + " user=nobody_here", "28000")] {
            // In words that no list of words knows.
            let error = await #expect(throws: PostgresError.self) {
                let connection = try await PostgresConnection.connect(
                    PostgresConfiguration(conninfo: conninfo + " options='-c client_min_messages=error'"))
                await connection.close()
            }
            #expect(error?.sqlState == state)
        }
    }
}
