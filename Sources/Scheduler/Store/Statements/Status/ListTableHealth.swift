import Postgres

/// The tables of unfinished tasks: live and dead rows as PostgreSQL counts them, bytes with indexes, and the last vacuum's age.
///
/// Locks nothing.
struct ListTableHealth: Statement {
    typealias Row = (table: String, live: Int64, dead: Int64, bytes: Int64, vacuumedMilliseconds: Int64?)

    static let name = "list_table_health"
    static let sql = """
        SELECT relname::text, n_live_tup, n_dead_tup, pg_catalog.pg_total_relation_size(relid),
            (extract(epoch FROM muster.clock() - greatest(last_vacuum, last_autovacuum)) * 1000.0)::bigint
        FROM pg_catalog.pg_stat_user_tables
        WHERE schemaname = 'muster' AND relname IN ('ready', 'active', 'deferred', 'parked', 'exclusive_key', 'unique_task')
        ORDER BY relname
        """

    func bind(_ binds: inout Binds) {}

    static func decode(_ row: inout RowReader) throws -> Row {
        (try row.next(), try row.next(), try row.next(), try row.next(), try row.next())
    }
}
