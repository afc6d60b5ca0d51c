import Postgres

/// What this session's role may not do of what every process needs, each as it stands in a GRANT; no row: it may do everything.
///
/// Only what the migrations of this build make is asked for: tables of others, and of later versions, are no need of it. Called at start and by
/// the doctor. Locks nothing; reads PostgreSQL's catalogue, so that it works without any privilege.
struct FindMissingPrivileges: Statement {
    typealias Row = String

    static let name = "find_missing_privileges"
    static let sql = """
        WITH schema AS (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = 'muster')
        SELECT 'USAGE ON SCHEMA muster' FROM schema n WHERE NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        UNION ALL
        SELECT u.privilege || ' ON muster.' || c.relname::text
        FROM schema n JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
        CROSS JOIN LATERAL pg_catalog.unnest(CASE
            WHEN c.relkind = 'v'
                OR c.relname IN ('schema_version', 'schema_change', 'partition', 'access_token', 'task_default') THEN '{SELECT}'::text[]
            WHEN c.relname IN ('audit', 'owner') THEN '{SELECT,INSERT}'
            ELSE '{SELECT,INSERT,UPDATE,DELETE}' END) AS u(privilege)
        WHERE c.relkind IN ('r', 'p', 'v') AND c.relname::text = ANY ($1::text[]) AND (NOT c.relispartition OR c.relname = 'task_default')
            AND NOT pg_catalog.has_table_privilege(c.oid, u.privilege)
        UNION ALL
        SELECT u.privilege || ' ON SEQUENCE muster.' || c.relname::text
        FROM schema n JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
        CROSS JOIN LATERAL pg_catalog.unnest('{USAGE,SELECT}'::text[]) AS u(privilege)
        WHERE c.relkind = 'S' AND c.relname::text = ANY ($1::text[]) AND NOT pg_catalog.has_sequence_privilege(c.oid, u.privilege)
        UNION ALL
        SELECT 'EXECUTE ON FUNCTION ' || p.oid::regprocedure::text
        FROM schema n JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid
        WHERE p.oid::regprocedure::text = ANY ($2::text[]) AND NOT pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
        """

    /// Tables, views and sequences.
    var relations = CatalogueItem.expected.filter { ["table", "view", "sequence"].contains($0.kind) }.map(\.name) + ["task_default"]
    /// Functions, with schema and types.
    var functions = CatalogueItem.expected.filter { $0.kind == "function" }.map(\.name)

    func bind(_ binds: inout Binds) {
        binds.add(relations)
        binds.add(functions)
    }

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}
