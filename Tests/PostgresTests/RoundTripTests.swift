import FoundationEssentials
import Postgres
import SchedulerTesting
import Testing

struct RoundTripTests {
    @Test func `every scalar survives the way to the server and back`() async throws {
        try await withTestDatabase { database in
            try await database.client.with { connection in
                try expectRoundTrip([Int16.min, -1, 0, 1, .max], as: "smallint", on: connection)
                try expectRoundTrip([Int32.min, -1, 0, 1, .max], as: "integer", on: connection)
                try expectRoundTrip([Int64.min, -1, 0, 1, .max], as: "bigint", on: connection)
                try expectRoundTrip([Int.min, 0, .max], as: "int8", on: connection)
                try expectRoundTrip([true, false], as: "boolean", on: connection)
                try expectRoundTrip(
                    [0.1, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude], as: "double precision", on: connection)
                try expectRoundTrip(["", "a", "\"quoted\\ text\"\n\t", "ünïcödé 🦔"], as: "text", on: connection)
                try expectRoundTrip([UUID(), UUID()], as: "uuid", on: connection)
                try expectRoundTrip([[], [0], [0, 255, 0, 92]] as [[UInt8]], as: "bytea", on: connection)
                try expectRoundTrip(
                    [JSONText(utf8: Array(#"{"a": [1, null]}"#.utf8)), JSONText(utf8: Array("null".utf8))], as: "jsonb", on: connection)
            }
        }
    }

    @Test func `moments keep their microseconds from antiquity to infinity`() async throws {
        let moments = [0, 1, -1, 0.000_001, 785_000_000.123_456, -63_000_000_000].map(Date.init(timeIntervalSinceReferenceDate:))
        let infinite = [Double.infinity, -.infinity].map(Date.init(timeIntervalSinceReferenceDate:))
        try await withTestDatabase { database in
            try await database.client.with { connection in
                try expectRoundTrip(moments + infinite, as: "timestamptz", on: connection)
                let text = try connection.run(TextOf(moment: Date(timeIntervalSince1970: 1_700_000_000.25)))
                #expect(text == ["2023-11-14 22:13:20.25+00"])
            }
        }
    }

    @Test func `a moment beyond the calendar is refused, not changed`() async throws {
        try await withTestDatabase { database in
            for seconds in [1e18, -1e18, Double.nan] {
                let error = await #expect(throws: PostgresError.self) {
                    try await database.client.execute(TextOf(moment: Date(timeIntervalSinceReferenceDate: seconds)))
                }
                #expect(error?.sqlState == "22008")
            }
        }
    }

    @Test func `narrower numbers are read as wider ones`() async throws {
        try await withTestDatabase { database in
            let row = try #require(try await database.client.execute(Narrow()).first)
            #expect(row == Narrow.Row(small: 7, wide: -8, object: 1259, single: 0.5))
        }
    }

    @Test func `enums, names and fixed-width texts are read as strings`() async throws {
        try await withTestDatabase { database in
            try await database.client.withConnection { connection in
                try await connection.script("CREATE TYPE mood AS ENUM ('calm', 'angry')")
                #expect(try await connection.execute(Texts()) == [["angry", "pg_class", "ab ", "v"]])
            }
        }
    }
}

/// Sends each value alone, as a possible NULL and in arrays, and expects the same back.
private func expectRoundTrip<Value: PostgresScalar & Equatable>(
    _ values: [Value], as type: String, on connection: isolated PostgresConnection
) throws {
    let holed: [Value?] = [nil] + values.map(Optional.some) + [nil]
    for value in values {
        #expect(try connection.run(Echo(value: value)) == [value], "\(type)")
        #expect(try connection.run(EchoOptional(value: .some(value))) == [value], "\(type)")
    }
    #expect(try connection.run(EchoOptional<Value>(value: nil)) == [nil], "\(type)")
    #expect(try connection.run(EchoArray(values: values)) == [values], "\(type)")
    #expect(try connection.run(EchoArray<Value>(values: [])) == [[]], "\(type)")
    #expect(try connection.run(EchoHoles(values: holed)) == [holed], "\(type)")
}

/// The Swift type is part of the name, because Int and Int64 share an SQL type.
private func label<Value>(_: Value.Type) -> String { "\(Value.self)" }

private func cast<Value: PostgresScalar>(_: Value.Type) -> String {
    switch Value.typeOID {
    case 16: "boolean"
    case 17: "bytea"
    case 20: "bigint"
    case 21: "smallint"
    case 23: "integer"
    case 25: "text"
    case 701: "double precision"
    case 1184: "timestamptz"
    case 2950: "uuid"
    default: "jsonb"
    }
}

private struct Echo<Value: PostgresScalar>: Statement {
    static var name: String { "echo_\(label(Value.self))" }
    static var sql: String { "SELECT $1::\(cast(Value.self))" }
    let value: Value

    func bind(_ binds: inout Binds) { binds.add(value) }
    static func decode(_ row: inout RowReader) throws -> Value { try row.next() }
}

private struct EchoOptional<Value: PostgresScalar>: Statement {
    static var name: String { "echo_optional_\(label(Value.self))" }
    static var sql: String { "SELECT $1::\(cast(Value.self))" }
    let value: Value?

    func bind(_ binds: inout Binds) { binds.add(value) }
    static func decode(_ row: inout RowReader) throws -> Value? { try row.next() }
}

private struct EchoArray<Value: PostgresScalar>: Statement {
    static var name: String { "echo_array_\(label(Value.self))" }
    static var sql: String { "SELECT $1::\(cast(Value.self))[]" }
    let values: [Value]

    func bind(_ binds: inout Binds) { binds.add(values) }
    static func decode(_ row: inout RowReader) throws -> [Value] { try row.next() }
}

private struct EchoHoles<Value: PostgresScalar>: Statement {
    static var name: String { "echo_holes_\(label(Value.self))" }
    static var sql: String { "SELECT $1::\(cast(Value.self))[]" }
    let values: [Value?]

    func bind(_ binds: inout Binds) { binds.add(values) }
    static func decode(_ row: inout RowReader) throws -> [Value?] { try row.next() }
}

private struct TextOf: Statement {
    static let name = "text_of_moment"
    static let sql = "SELECT ($1::timestamptz AT TIME ZONE 'UTC')::text || '+00'"
    let moment: Date

    func bind(_ binds: inout Binds) { binds.add(moment) }
    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

private struct Narrow: Statement {
    struct Row: Sendable, Equatable {
        let small: Int32
        let wide: Int64
        let object: Int64
        let single: Double
    }

    static let name = "narrow"
    static let sql = "SELECT 7::smallint, -8::integer, 'pg_class'::regclass::oid, 0.5::real"

    static func decode(_ row: inout RowReader) throws -> Row {
        try Row(small: row.next(), wide: row.next(), object: row.next(), single: row.next())
    }
}

private struct Texts: Statement {
    static let name = "texts"
    static let sql = "SELECT 'angry'::mood, 'pg_class'::name, 'ab'::char(3), 'v'::varchar"

    static func decode(_ row: inout RowReader) throws -> [String] {
        try [row.next(), row.next(), row.next(), row.next()]
    }
}
