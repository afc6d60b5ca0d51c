import Postgres
import SchedulerTesting
import Testing

struct TransactionTests {
    private struct Stop: Error {}

    @Test func `a transaction that returns is committed`() async throws {
        try await withTestDatabase(template: titles) { database in
            try await database.client.transaction { connection in
                _ = try connection.run(InsertTitle(id: 1))
                _ = try await connection.execute(InsertTitle(id: 2))
            }
            #expect(try await database.client.execute(TitleIDs()) == [1, 2])
        }
    }

    @Test func `a transaction that throws is rolled back and the connection goes on`() async throws {
        try await withTestDatabase(template: titles) { database in
            try await database.client.withConnection { connection in
                await #expect(throws: Stop.self) {
                    try await connection.transaction { connection in
                        _ = try connection.run(InsertTitle(id: 1))
                        throw Stop()
                    }
                }
                let rows = try await connection.execute(TitleIDs())
                #expect(rows == [])
            }
        }
    }

    @Test func `an error that the body swallows does not look like a commit`() async throws {
        try await withTestDatabase(template: titles) { database in
            let error = await #expect(throws: PostgresError.self) {
                try await database.client.transaction { connection in
                    _ = try connection.run(InsertTitle(id: 1))
                    _ = try? connection.run(InsertTitle(id: 1))
                }
            }
            #expect(error?.sqlState == "25P02")
            let rows = try await database.client.execute(TitleIDs())
            #expect(rows == [])
        }
    }

    @Test func `other tasks wait until the transaction has ended`() async throws {
        try await withTestDatabase(template: titles) { database in
            try await database.client.withConnection { connection in
                let (opened, open) = AsyncStream.makeStream(of: Void.self)
                let (resumed, resume) = AsyncStream.makeStream(of: Void.self)
                let transaction = Task {
                    try await connection.transaction { connection in
                        _ = try connection.run(InsertTitle(id: 1))
                        open.finish()
                        for await _ in resumed {}
                        throw Stop()
                    }
                }
                for await _ in opened {}
                // Were it to run inside the transaction, it would be rolled back with it.
                async let outsider = connection.execute(InsertTitle(id: 2))
                async let impatient = connection.execute(InsertTitle(id: 3))
                resume.finish()
                await #expect(throws: Stop.self) { try await transaction.value }
                _ = try await (outsider, impatient)
                #expect(try await connection.execute(TitleIDs()) == [2, 3])
            }
        }
    }

    /// Who comes while a transaction ends may be on the way into the queue when it is emptied.
    @Test(.timeLimit(.minutes(1))) func `who comes while a transaction ends is not forgotten`() async throws {
        try await withTestDatabase(template: titles) { database in
            for round in Int64(0)..<200 {
                try await database.client.withConnection { connection in
                    let (opened, open) = AsyncStream.makeStream(of: Void.self)
                    let transaction = Task {
                        try await connection.transaction { connection in
                            _ = try connection.run(InsertTitle(id: -1))
                            open.finish()
                            await Task.yield()
                            throw Stop()
                        }
                    }
                    for await _ in opened {}
                    async let one = connection.execute(InsertTitle(id: 2 * round))
                    async let other = connection.execute(InsertTitle(id: 2 * round + 1))
                    await #expect(throws: Stop.self) { try await transaction.value }
                    _ = try await (one, other)
                }
            }
            let ids = try await database.client.execute(TitleIDs())
            #expect(ids.count == 400)
        }
    }

    @Test func `a task that waits for another one's transaction can be cancelled`() async throws {
        try await withTestDatabase(template: titles) { database in
            try await database.client.withConnection { connection in
                try await connection.transaction { connection in
                    _ = try connection.run(InsertTitle(id: 1))
                    let outsider = Task.detached { try await connection.execute(InsertTitle(id: 2)) }
                    outsider.cancel()
                    await #expect(throws: CancellationError.self) { try await outsider.value }
                }
                #expect(try await connection.execute(TitleIDs()) == [1])
            }
        }
    }

    @Test func `transactions do not nest`() async throws {
        try await withTestDatabase(template: titles) { database in
            let error = await #expect(throws: PostgresError.self) {
                try await database.client.transaction { connection in
                    try await connection.transaction { _ in }
                }
            }
            #expect(error?.code == .invalidUse)
        }
    }

    @Test func `a pipeline is stored entirely or not at all`() async throws {
        try await withTestDatabase(template: titles) { database in
            let ids = try await database.client.executeAll((1...500).map { InsertTitle(id: $0) })
            #expect(ids == (1...500).map { [$0] })
            let error = await #expect(throws: PostgresError.self) {
                try await database.client.executeAll([501, 502, 7, 503].map { InsertTitle(id: $0) })
            }
            #expect(error?.sqlState == "23505")
            #expect(error?.constraint == "titles_pkey")
            #expect(try await database.client.execute(TitleIDs()).count == 500)
        }
    }

    @Test func `a pipeline that is larger than the buffers of both sides does not get stuck`() async throws {
        try await withTestDatabase { database in
            let big = String(repeating: "x", count: 100_000)
            let rows = try await database.client.executeAll((0..<200).map { _ in Shout(text: big) })
            #expect(rows.count == 200)
            #expect(rows.allSatisfy { $0 == [big] })
        }
    }

    @Test func `a pipeline inside a transaction shares its fate`() async throws {
        try await withTestDatabase(template: titles) { database in
            await #expect(throws: Stop.self) {
                try await database.client.transaction { connection in
                    _ = try connection.runAll((1...3).map { InsertTitle(id: $0) })
                    throw Stop()
                }
            }
            let rows = try await database.client.execute(TitleIDs())
            #expect(rows == [])
        }
    }
}

private struct Shout: Statement {
    static let name = "shout"
    static let sql = "SELECT $1::text"
    let text: String

    func bind(_ binds: inout Binds) { binds.add(text) }
    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}
