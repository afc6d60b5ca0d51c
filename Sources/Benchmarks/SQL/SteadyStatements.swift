import Postgres

/// What the tables that turn over take on disk, indexes included, in bytes.
struct ReadHotSize: Statement {
    static let name = "bench_read_hot_size"
    static let sql = """
        SELECT /* muster-bench */ sum(pg_total_relation_size(c.oid))::bigint
        FROM pg_class c
        WHERE c.relnamespace = 'muster'::regnamespace AND c.relname IN ('ready', 'active', 'deferred') AND c.relkind = 'r'
        """

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
