import Postgres
import SchedulerTesting
import Testing

struct ScriptAndCopyTests {
    @Test func `a script runs many statements as one transaction`() async throws {
        try await withTestDatabase(template: titles) { database in
            try await database.client.withConnection { connection in
                try await connection.script("INSERT INTO titles VALUES (1, 'a'); INSERT INTO titles VALUES (2, 'b')")
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.script("INSERT INTO titles VALUES (3, 'c'); INSERT INTO nowhere VALUES (4)")
                }
                #expect(error?.sqlState == "42P01")
                #expect(try await connection.execute(TitleIDs()) == [1, 2])
            }
        }
    }

    @Test func `a script that fails inside its own transaction leaves none open`() async throws {
        try await withTestDatabase(template: titles) { database in
            try await database.client.withConnection { connection in
                await #expect(throws: PostgresError.self) {
                    try await connection.script("BEGIN; INSERT INTO titles VALUES (1, 'a'); SELECT 1 / 0; COMMIT")
                }
                let rows = try await connection.execute(TitleIDs())
                #expect(rows == [])
            }
        }
    }

    @Test func `COPY loads rows of every kind and counts them`() async throws {
        try await withTestDatabase { database in
            try await database.client.withConnection { connection in
                try await connection.script(
                    "CREATE SCHEMA app; CREATE TABLE app.\"odd \"\"name\" (id bigint, note text, data jsonb, at timestamptz)")
                let count = try await connection.copyIn("app.odd \"name", columns: ["id", "note", "data"], rows: 0..<20_000) { row, binds in
                    binds.add(Int64(row))
                    binds.add(row.isMultiple(of: 2) ? "note \(row)" : nil)
                    binds.addJSON(Array("{\"row\": \(row)}".utf8))
                }
                #expect(count == 20_000)
                #expect(try await connection.execute(CopiedSums()) == [[10_000, 199_990_000]])
            }
        }
    }

    @Test func `a COPY that the server or the encoder refuses stores nothing`() async throws {
        try await withTestDatabase(template: titles) { database in
            try await database.client.withConnection { connection in
                let copy = { (encode: @escaping @Sendable (Int, inout Binds) -> Void) in
                    try await connection.copyIn("titles", columns: ["id", "title"], rows: 0..<10, encode: encode)
                }
                let duplicate = await #expect(throws: PostgresError.self) {
                    try await copy { row, binds in
                        binds.add(Int64(row % 9))
                        binds.add("t")
                    }
                }
                #expect(duplicate?.sqlState == "23505")
                let ragged = await #expect(throws: PostgresError.self) { try await copy { row, binds in binds.add(Int64(row)) } }
                #expect(ragged?.message == "a row has 1 values for 2 columns")
                let missing = await #expect(throws: PostgresError.self) {
                    try await connection.copyIn("nowhere", columns: ["id"], rows: 0..<1) { row, binds in binds.add(Int64(row)) }
                }
                #expect(missing?.sqlState == "42P01")
                let rows = try await connection.execute(TitleIDs())
                #expect(rows == [])
            }
        }
    }

    @Test func `affected rows are counted`() async throws {
        try await withTestDatabase(template: titles) { database in
            _ = try await database.client.executeAll((1...7).map { InsertTitle(id: $0) })
            #expect(try await database.client.affected(DeleteTitles(below: 4)) == 3)
            #expect(try await database.client.affected(DeleteTitles(below: 4)) == 0)
        }
    }
}

private struct CopiedSums: Statement {
    static let name = "copied_sums"
    static let sql = "SELECT count(note), sum((data->>'row')::bigint)::bigint FROM app.\"odd \"\"name\""

    static func decode(_ row: inout RowReader) throws -> [Int64] { try [row.next(), row.next()] }
}

private struct DeleteTitles: Statement {
    static let name = "delete_titles"
    static let sql = "DELETE FROM titles WHERE id < $1::bigint"
    let below: Int64

    func bind(_ binds: inout Binds) { binds.add(below) }
}
