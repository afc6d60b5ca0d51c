import Postgres

/// The server's settings that decide whether what Muster promises holds, as they stand for a new session.
///
/// Locks nothing.
struct ReadServerSettings: Statement {
    typealias Row = (name: String, value: String)

    static let name = "read_server_settings"
    static let sql = """
        SELECT name, reset_val FROM pg_catalog.pg_settings
        WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'autovacuum', 'track_counts', 'max_connections',
            'superuser_reserved_connections', 'idle_in_transaction_session_timeout', 'server_version')
        ORDER BY name
        """

    func bind(_ binds: inout Binds) {}

    static func decode(_ row: inout RowReader) throws -> Row {
        (try row.next(), try row.next())
    }
}
