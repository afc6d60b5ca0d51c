import Postgres

/// How many rows each of Muster's tables holds, as far as vacuum has counted them.
struct ReadFilledTables: Statement {
    static let name = "bench_read_filled_tables"
    static let sql = """
        SELECT /* muster-bench */ c.oid::regclass::text,
            (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM ' || c.oid::regclass, false, true, '')))[1]::text::bigint
        FROM pg_class c
        WHERE c.relnamespace = 'muster'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        ORDER BY 1
        """

    static func decode(_ row: inout RowReader) throws -> (table: String, rows: Int64) { (try row.next(), try row.next()) }
}

/// Copies whole tables out and in, in PostgreSQL's text form.
enum CopyScripts {
    static let begin = "BEGIN"
    static let commit = "COMMIT"

    static func out(_ table: String) -> String { "COPY (SELECT * FROM \(table)) TO STDOUT" }
    static func into(_ table: String) -> String { "COPY \(table) FROM STDIN" }
}
