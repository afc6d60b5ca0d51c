import Postgres
import SchedulerTesting
import Testing

struct DecodeTests {
    @Test func `an unexpected NULL names statement and column`() async throws {
        try await withTestDatabase { database in
            let error = await #expect(throws: PostgresError.self) { try await database.client.execute(Unfit<Int64, Null>()) }
            #expect(error?.code == .decode)
            #expect(error?.statement == "Null as Int64")
            #expect(error?.message == "column 1 (title) is NULL, but Int64 is not optional")
        }
    }

    @Test func `a column of another type is refused without showing its value`() async throws {
        try await withTestDatabase { database in
            for read in [
                { try await database.client.execute(Unfit<Int64, Text>()).count },
                { try await database.client.execute(Unfit<[Int64], Text>()).count },
            ] {
                let error = await #expect(throws: PostgresError.self) { try await read() }
                #expect(error?.code == .decode)
                #expect(error?.message.contains("type with OID 25") == true)
                #expect("\(String(describing: error))".contains("hunter2") == false)  // I11
            }
        }
    }

    @Test func `an array with NULLs is not read as one without`() async throws {
        try await withTestDatabase { database in
            let error = await #expect(throws: PostgresError.self) { try await database.client.execute(Unfit<[Int64], Holes>()) }
            #expect(error?.message == "column 1 (title) is NULL, but Array<Int64> is not optional")
        }
    }

    @Test func `reading more columns than there are is an error`() async throws {
        try await withTestDatabase { database in
            let error = await #expect(throws: PostgresError.self) { try await database.client.execute(TooMany()) }
            #expect(error?.message == "column 2 does not exist")
        }
    }

    @Test func `a connection is usable after a row could not be read`() async throws {
        try await withTestDatabase { database in
            try await database.client.withConnection { connection in
                await #expect(throws: PostgresError.self) { try await connection.execute(TooMany()) }
                #expect(await connection.isUsable)
                let rows = try await connection.execute(Fine())
                #expect(rows == ["fine"])
            }
        }
    }

    @Test func `two statements of one name and different texts are refused`() async throws {
        try await withTestDatabase { database in
            try await database.client.withConnection { connection in
                let rows = try await connection.execute(Fine())
                #expect(rows == ["fine"])
                let error = await #expect(throws: PostgresError.self) { try await connection.execute(Impostor()) }
                #expect(error?.code == .invalidUse)
            }
        }
    }
}

private protocol Column { static var sql: String { get } }
private enum Null: Column { static let sql = "NULL::bigint" }
private enum Text: Column { static let sql = "'hunter2'::text" }
private enum Holes: Column { static let sql = "ARRAY[1, NULL]::bigint[]" }

/// Reads one column as a type that it does not have.
private struct Unfit<Value: PostgresDecodable & Sendable, Source: Column>: Statement {
    static var name: String { "\(Source.self) as \(Value.self)" }
    static var sql: String { "SELECT \(Source.sql) AS title" }

    static func decode(_ row: inout RowReader) throws -> Value { try row.next() }
}

private struct TooMany: Statement {
    static let name = "too_many"
    static let sql = "SELECT 1::bigint"

    static func decode(_ row: inout RowReader) throws -> [Int64] { try [row.next(), row.next()] }
}

private struct Fine: Statement {
    static let name = "fine"
    static let sql = "SELECT 'fine'::text"

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

private struct Impostor: Statement {
    static let name = "fine"
    static let sql = "SELECT 'false'::text"

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}
