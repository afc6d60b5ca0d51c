import Postgres

/// Who may do to Muster's schema what only its owner should, each with the command that ends it.
///
/// Other owners, strangers who may create there or hang triggers on its tables, and everybody. The doctor calls it. Locks nothing; reads PostgreSQL's catalogue.
struct FindAccessFaults: Statement {
    struct Row: Sendable {
        var fault: String
        /// What it is about, with its schema.
        var subject: String
        /// The role; PUBLIC for everybody.
        var who: String
        /// The owner of the schema.
        var owner: String
        var remedy: String
    }

    static let name = "find_access_faults"
    static let sql = """
        WITH schema AS MATERIALIZED (
            SELECT n.oid, n.nspowner AS owner, n.nspacl AS acl FROM pg_catalog.pg_namespace n WHERE n.nspname = 'muster'
        ), part AS MATERIALIZED (
            SELECT CASE c.relkind WHEN 'v' THEN 'VIEW ' WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END AS what, c.oid::regclass::text AS name,
                c.relowner AS owner, c.relacl AS acl, false AS is_definer
            FROM schema s JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid WHERE c.relkind IN ('r', 'p', 'v', 'S')
            UNION ALL
            SELECT 'FUNCTION ', p.oid::regprocedure::text, p.proowner,
                coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner)), p.prosecdef
            FROM schema s JOIN pg_catalog.pg_proc p ON p.pronamespace = s.oid
        ), path AS MATERIALIZED (
            SELECT DISTINCT n.nspname::text AS name, n.nspowner AS owner, coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner)) AS acl
            FROM pg_catalog.pg_settings g
            CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.string_to_array(g.reset_val, ',')) AS e(entry)
            JOIN pg_catalog.pg_namespace n
                ON n.nspname::text = CASE pg_catalog.btrim(e.entry, ' "') WHEN '$user' THEN current_user::text
                    ELSE pg_catalog.btrim(e.entry, ' "') END
            WHERE g.name = 'search_path' AND n.nspname <> 'pg_catalog' AND n.nspname <> 'muster'
        ), found AS (
            SELECT 'owner' AS fault, p.name AS subject, p.owner AS who, 'ALTER ' || p.what || p.name || ' OWNER TO ' AS remedy
            FROM schema s JOIN part p ON p.owner <> s.owner
            UNION ALL
            SELECT 'create', 'muster', a.grantee, 'REVOKE CREATE ON SCHEMA muster FROM '
            FROM schema s CROSS JOIN LATERAL pg_catalog.aclexplode(s.acl) a WHERE a.privilege_type = 'CREATE' AND a.grantee <> s.owner
            UNION ALL
            SELECT 'trigger', p.name, a.grantee, 'REVOKE TRIGGER ON ' || p.name || ' FROM '
            FROM schema s CROSS JOIN part p CROSS JOIN LATERAL pg_catalog.aclexplode(p.acl) a
            WHERE a.privilege_type = 'TRIGGER' AND a.grantee <> p.owner AND a.grantee <> s.owner
            UNION ALL
            SELECT DISTINCT 'everybody', p.name, a.grantee, 'REVOKE ALL ON ' || CASE p.what WHEN 'VIEW ' THEN 'TABLE ' ELSE p.what END || p.name || ' FROM '
            FROM part p CROSS JOIN LATERAL pg_catalog.aclexplode(p.acl) a
            WHERE a.grantee = 0::oid AND (p.what <> 'FUNCTION ' OR p.is_definer)
            UNION ALL
            SELECT 'path', p.name, a.grantee, 'REVOKE CREATE ON SCHEMA ' || pg_catalog.quote_ident(p.name) || ' FROM '
            FROM schema s CROSS JOIN path p CROSS JOIN LATERAL pg_catalog.aclexplode(p.acl) a
            WHERE a.privilege_type = 'CREATE' AND a.grantee <> p.owner AND a.grantee <> s.owner
                AND a.grantee <> (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)
            UNION ALL
            -- Superusers and the owner of the database may do more than that anyway.
            SELECT 'path_owner', p.name, p.owner, 'ALTER SCHEMA ' || pg_catalog.quote_ident(p.name) || ' OWNER TO '
            FROM schema s CROSS JOIN path p JOIN pg_catalog.pg_roles r ON r.oid = p.owner
            WHERE p.owner <> s.owner AND NOT r.rolsuper AND r.rolname <> current_user AND r.rolname <> 'pg_database_owner'
                AND p.owner <> (SELECT d.datdba FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
        )
        SELECT f.fault, f.subject, w.name, s.owner::regrole::text,
            f.remedy || CASE WHEN f.fault IN ('owner', 'path_owner') THEN s.owner::regrole::text ELSE w.name END
        FROM schema s CROSS JOIN found f
        CROSS JOIN LATERAL (SELECT CASE WHEN f.who = 0::oid THEN 'PUBLIC' ELSE f.who::regrole::text END AS name) w
        ORDER BY f.fault, f.subject, w.name
        LIMIT 200
        """

    static func decode(_ row: inout RowReader) throws -> Row {
        Row(fault: try row.next(), subject: try row.next(), who: try row.next(), owner: try row.next(), remedy: try row.next())
    }
}
