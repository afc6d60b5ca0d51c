import Postgres

/// Tables of unfinished tasks that a vacuum would help now: mostly dead rows, no vacuum at work on them, and none of the last ones held back
/// by a transaction that is still open.
///
/// Locks nothing; reads PostgreSQL's own statistics. Rows that died after the oldest snapshot cannot be removed, and those before it were
/// removed by the last vacuum that ran after it: such a table is left out, however many dead rows it has.
struct FindDeadRows: Statement {
    typealias Row = (table: String, dead: Int64)

    static let name = "find_dead_rows"
    static let sql = """
        SELECT s.relname::text, s.n_dead_tup
        FROM pg_catalog.pg_stat_user_tables s
        WHERE s.schemaname = 'muster' AND s.relname IN ('ready', 'active', 'deferred', 'parked', 'exclusive_key', 'unique_task')
            AND s.n_dead_tup >= $1::bigint AND s.n_dead_tup > s.n_live_tup
            AND \(FindVacuumRight.condition("s.relid", owner: "(SELECT c.relowner FROM pg_catalog.pg_class c WHERE c.oid = s.relid)"))
            AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_stat_progress_vacuum v WHERE v.relid = s.relid)
            AND NOT EXISTS (
                SELECT 1 FROM pg_catalog.pg_stat_activity a
                WHERE a.backend_xmin IS NOT NULL AND a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
                    AND a.xact_start < greatest(s.last_vacuum, s.last_autovacuum))
        ORDER BY s.n_dead_tup DESC
        """

    let atLeast: Int

    func bind(_ binds: inout Binds) { binds.add(Int64(atLeast)) }

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}
