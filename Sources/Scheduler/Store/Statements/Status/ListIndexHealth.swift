import Postgres

/// The indexes of the schema: whether each can be used, its bytes, the rows of its table.
///
/// Locks nothing; those of partitions are left out unless they are invalid: a partition's indexes come and go with it.
struct ListIndexHealth: Statement {
    typealias Row = (index: String, table: String, isValid: Bool, bytes: Int64, rows: Double)

    static let name = "list_index_health"
    static let sql = """
        SELECT i.relname::text, t.relname::text, x.indisvalid AND x.indisready, pg_catalog.pg_relation_size(i.oid), greatest(t.reltuples, 0)::float8
        FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
        WHERE t.relnamespace = 'muster'::regnamespace::oid AND (NOT i.relispartition OR NOT x.indisvalid)
        ORDER BY i.relname
        """

    func bind(_ binds: inout Binds) {}

    static func decode(_ row: inout RowReader) throws -> Row {
        (try row.next(), try row.next(), try row.next(), try row.next(), try row.next())
    }
}
