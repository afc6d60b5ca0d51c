import Postgres

/// Replication slots of the server: what an inactive one holds back, rows or write-ahead log, grows until it is used or dropped.
///
/// Locks nothing.
struct ListSlots: Statement {
    typealias Row = (name: String, isActive: Bool, holdsRows: Bool, walBytes: Int64)

    static let name = "list_slots"
    static let sql = """
        SELECT slot_name::text, active, xmin IS NOT NULL OR catalog_xmin IS NOT NULL,
            coalesce(pg_catalog.pg_wal_lsn_diff(
                CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END, restart_lsn), 0)::bigint
        FROM pg_catalog.pg_replication_slots ORDER BY slot_name LIMIT 50
        """

    func bind(_ binds: inout Binds) {}

    static func decode(_ row: inout RowReader) throws -> Row {
        (try row.next(), try row.next(), try row.next(), try row.next())
    }
}
