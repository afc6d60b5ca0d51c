import Postgres

/// How many connections the server gives to this session's role, to this database, and to all who are not superusers.
///
/// Locks nothing. A limit that does not hold, and each of a superuser's own, is nil.
struct ReadConnectionLimits: Statement {
    typealias Row = (role: String, database: String, roleLimit: Int32?, databaseLimit: Int32?, serverLimit: Int32)

    static let name = "read_connection_limits"
    static let sql = """
        SELECT session_user::text, pg_catalog.current_database()::text,
            CASE WHEN r.rolconnlimit >= 0 AND NOT r.rolsuper THEN r.rolconnlimit END,
            CASE WHEN d.datconnlimit >= 0 AND NOT r.rolsuper THEN d.datconnlimit END,
            pg_catalog.current_setting('max_connections')::integer - CASE WHEN r.rolsuper THEN 0 ELSE
                pg_catalog.current_setting('superuser_reserved_connections')::integer
                + coalesce(pg_catalog.current_setting('reserved_connections', true)::integer, 0) END
        FROM pg_catalog.pg_roles r, pg_catalog.pg_database d
        WHERE r.rolname = session_user AND d.datname = pg_catalog.current_database()
        """

    static func decode(_ row: inout RowReader) throws -> Row {
        (try row.next(), try row.next(), try row.next(), try row.next(), try row.next())
    }
}
