import Postgres

/// Transactions of this database that have been open for long: as long as one is, no vacuum removes what died since it began.
///
/// Locks nothing; reads PostgreSQL's view of its sessions. Texts in queries are blanked out (I11).
struct FindSnapshotHolders: Statement {
    typealias Row = (pid: Int32, application: String, user: String, state: String, milliseconds: Int64, query: String)

    static let name = "find_snapshot_holders"
    static let sql = """
        SELECT a.pid, a.application_name, coalesce(a.usename::text, ''), coalesce(a.state, ''),
            (extract(epoch FROM muster.clock() - a.xact_start) * 1000.0)::bigint,
            pg_catalog.left(pg_catalog.regexp_replace(pg_catalog.regexp_replace(a.query, '\\s+', ' ', 'g'), '''[^'']*''', '''…''', 'g'), 120)
        FROM pg_catalog.pg_stat_activity a
        WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid() AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL)
            AND a.xact_start < muster.clock() - $1::bigint::float8 * interval '1 ms'
        ORDER BY a.xact_start
        LIMIT 10
        """

    let olderThan: Duration

    func bind(_ binds: inout Binds) { binds.add(olderThan.milliseconds) }

    static func decode(_ row: inout RowReader) throws -> Row {
        (
            try row.next(), try row.next(), try row.next(), try row.next(), try row.next(), try row.next()
        )
    }
}
