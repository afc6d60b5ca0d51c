import Postgres

/// Whether this session's role may vacuum the tables of unfinished tasks: their owner may, the database's owner, and from PostgreSQL 17 on who has
/// MAINTAIN.
///
/// Called at start. Locks nothing; reads PostgreSQL's catalogue.
struct FindVacuumRight: Statement {
    typealias Row = Bool

    static let name = "find_vacuum_right"
    static let sql = """
        SELECT \(condition("c.oid", owner: "c.relowner")) FROM pg_catalog.pg_class c
        WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = 'muster') AND c.relname = 'ready'
        """

    /// The same for any table.
    ///
    /// Without the right, VACUUM does nothing but write a warning into the server's log.
    static func condition(_ table: String, owner: String) -> String {
        """
        (pg_catalog.pg_has_role(\(owner), 'USAGE')
            OR pg_catalog.pg_has_role(
                (SELECT d.datdba FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()), 'USAGE')
            OR CASE WHEN pg_catalog.current_setting('server_version_num')::integer >= 170000
                THEN pg_catalog.has_table_privilege(\(table), 'MAINTAIN') ELSE false END)
        """
    }

    static func decode(_ row: inout RowReader) throws -> Bool { try row.next() }
}
