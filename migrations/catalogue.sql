-- What the schema is made of, apart from indexes, as one list that can be compared: kind, name, detail. scripts/dump-schema writes what it
-- gives after all migrations to catalogue.txt, and `muster doctor` compares.
SELECT o.kind, o.name, o.detail
FROM (
    SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind, c.relname::text AS name,
        CASE c.relpersistence WHEN 'p' THEN 'permanent' ELSE 'unlogged' END
            || CASE WHEN c.relrowsecurity OR c.relforcerowsecurity THEN ' with row-level security' ELSE '' END AS detail
    FROM pg_catalog.pg_class c
    WHERE c.relnamespace = 'muster'::regnamespace::oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        -- Partitions come and go; one is told of only where something is wrong with it.
        AND (NOT c.relispartition OR c.relpersistence <> 'p' OR c.relrowsecurity OR c.relforcerowsecurity)
    UNION ALL
    SELECT 'column', c.relname::text || '.' || a.attname::text,
        pg_catalog.format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
            || coalesce(' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'muster'::regnamespace::oid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND a.attnum > 0::smallint AND NOT a.attisdropped
    UNION ALL
    SELECT 'constraint', c.relname::text || '.' || k.conname::text, pg_catalog.pg_get_constraintdef(k.oid)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid
    WHERE c.relnamespace = 'muster'::regnamespace::oid AND NOT c.relispartition AND k.contype IN ('c', 'f', 'x')
    UNION ALL
    SELECT 'function', p.oid::regprocedure::text,
        CASE WHEN p.prosecdef THEN 'definer ' ELSE '' END || coalesce(pg_catalog.array_to_string(p.proconfig, ', ') || ' ', '')
            || pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
                coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc), 'UTF8')), 'hex'), 16)
    FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'muster'::regnamespace::oid
    UNION ALL
    SELECT 'trigger', c.relname::text || '.' || t.tgname::text, pg_catalog.pg_get_triggerdef(t.oid)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid
    WHERE c.relnamespace = 'muster'::regnamespace::oid AND NOT t.tgisinternal
    UNION ALL
    SELECT 'rule', c.relname::text || '.' || r.rulename::text, pg_catalog.pg_get_ruledef(r.oid)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid
    WHERE c.relnamespace = 'muster'::regnamespace::oid AND r.rulename <> '_RETURN'
    UNION ALL
    SELECT 'policy', c.relname::text || '.' || p.polname::text, 'a policy'
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid
    WHERE c.relnamespace = 'muster'::regnamespace::oid
) o
ORDER BY o.kind COLLATE "C", o.name COLLATE "C"
