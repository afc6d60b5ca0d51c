import Postgres

/// Whether any attempt runs.
///
/// A benchmark asks this at its end, when every handler has returned and only outcomes are still on their way.
struct AnyActive: Statement {
    static let name = "bench_any_active"
    static let sql = "SELECT EXISTS (SELECT FROM muster.active)"

    static func decode(_ row: inout RowReader) throws -> Bool { try row.next() }
}

/// Tasks that are complete.
struct CountComplete: Statement {
    static let name = "bench_count_complete"
    static let sql = "SELECT count(*) FROM muster.done WHERE status = 'complete'"

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

/// Whether the schema is there.
struct HasSchema: Statement {
    static let name = "bench_has_schema"
    static let sql = "SELECT to_regclass('muster.process') IS NOT NULL"

    static func decode(_ row: inout RowReader) throws -> Bool { try row.next() }
}
