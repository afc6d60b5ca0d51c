import Foundation
import Postgres
import SchedulerTesting

/// What a role that may create in `public` can put there: functions and operators that fit a call better than PostgreSQL's own.
///
/// PostgreSQL's own wins where it fits exactly; each of these fits exactly some other combination of types. All of them raise.
enum HostileSchema {
    private static let types = [
        "smallint", "integer", "bigint", "numeric", "real", "double precision", "text", "name", "timestamptz", "interval", "uuid", "bytea",
        "boolean", "tid", "oid", "regclass", "muster.final_status",
    ]
    private static let compare = ["=", "<>", "<", ">", "<=", ">="]
    private static let compute = ["+", "-", "*", "/", "||", "&", "|", "<<", ">>"]

    /// Plants operators, and functions of these names with as many arguments as PostgreSQL's own take.
    static func plant(functions: Set<String>, in database: TestDatabase) async throws {
        func list(_ words: some Sequence<String>) -> String { "'{\(words.map { "\"\($0)\"" }.joined(separator: ","))}'" }
        try await database.client.withConnection { connection in
            try await connection.script(
                """
                DO $hostile$
                DECLARE
                    types CONSTANT text[] := \(list(types));
                    few CONSTANT text[] := '{integer,bigint,text,boolean}';
                    raises CONSTANT text := 'LANGUAGE plpgsql AS ''BEGIN RAISE EXCEPTION ''''captured''''; END''';
                    l text; r text; t text; op text; f record;
                BEGIN
                    FOREACH l IN ARRAY types LOOP FOREACH r IN ARRAY types LOOP
                        EXECUTE format('CREATE FUNCTION public.hostile_compare(%s, %s) RETURNS boolean %s', l, r, raises);
                        EXECUTE format('CREATE FUNCTION public.hostile_compute(%s, %s) RETURNS %s %s',
                            l, r, CASE l WHEN 'timestamptz' THEN l ELSE r END, raises);
                        FOREACH op IN ARRAY \(list(compare))::text[] LOOP
                            EXECUTE format('CREATE OPERATOR public.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = public.hostile_compare)', op, l, r);
                        END LOOP;
                        FOREACH op IN ARRAY \(list(compute))::text[] LOOP
                            EXECUTE format('CREATE OPERATOR public.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = public.hostile_compute)', op, l, r);
                        END LOOP;
                    END LOOP; END LOOP;
                    FOR f IN
                        SELECT DISTINCT p.proname AS name, p.pronargs AS arity FROM pg_catalog.pg_proc p
                        WHERE p.pronamespace = 'pg_catalog'::regnamespace::oid AND p.proname = ANY (\(list(functions.sorted())))
                    LOOP
                        FOREACH l IN ARRAY types || '{smallint[],bigint[],text[]}'::text[] LOOP
                            IF f.arity = 1 THEN
                                EXECUTE format('CREATE FUNCTION public.%I(%s) RETURNS bigint %s', f.name, l, raises);
                            ELSIF f.arity = 2 THEN
                                FOREACH r IN ARRAY few LOOP
                                    EXECUTE format('CREATE FUNCTION public.%I(%s, %s) RETURNS bigint %s', f.name, l, r, raises);
                                END LOOP;
                            ELSIF f.arity = 3 THEN
                                FOREACH r IN ARRAY few LOOP FOREACH t IN ARRAY few LOOP
                                    EXECUTE format('CREATE FUNCTION public.%I(%s, %s, %s) RETURNS bigint %s', f.name, l, r, t, raises);
                                END LOOP; END LOOP;
                            END IF;
                        END LOOP;
                    END LOOP;
                END $hostile$
                """)
        }
    }

    /// The names before a parenthesis in these texts, with a schema or without.
    static func functions(in texts: [String]) -> Set<String> {
        Set(texts.flatMap { $0.matches(of: #/([a-z_][a-z0-9_]*)\(/#).map { String($0.1) } })
    }

    /// What of `public` a statement would call under this database's `search_path`, as its parse tree says.
    static func captured(by sql: String, in database: TestDatabase) async throws -> [String] {
        try await database.client.withConnection { connection in
            try await connection.script("PREPARE examined AS \(sql)")
            let types = try await connection.execute(ParameterTypes()).first ?? ""
            try await connection.script("DEALLOCATE examined; BEGIN")
            do {
                try await connection.script(
                    """
                    CREATE FUNCTION public.examined(\(types)) RETURNS void LANGUAGE sql BEGIN ATOMIC \(sql); END;
                    SET LOCAL search_path = pg_catalog;
                    """)
                let captured = try await connection.execute(CalledOfPublic())
                try await connection.script("ROLLBACK")
                return captured
            } catch {
                try await connection.script("ROLLBACK")
                throw error
            }
        }
    }
}

private struct ParameterTypes: Statement {
    static let name = "parameter_types"
    static let sql = """
        SELECT pg_catalog.array_to_string(s.parameter_types::text[], ', ') FROM pg_catalog.pg_prepared_statements s
        WHERE s.name OPERATOR(pg_catalog.=) 'examined'
        """

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

private struct CalledOfPublic: Statement {
    static let name = "called_of_public"
    static let sql = """
        SELECT coalesce(o.oid::regoperator::text, p.oid::regprocedure::text)
        FROM pg_depend d
        LEFT JOIN pg_operator o ON d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid
        LEFT JOIN pg_proc p ON d.refclassid = 'pg_proc'::regclass AND p.oid = d.refobjid
        WHERE d.classid = 'pg_proc'::regclass
            AND d.objid = (SELECT e.oid FROM pg_proc e WHERE e.proname = 'examined' AND e.pronamespace = 'public'::regnamespace)
            AND 'public'::regnamespace IN (o.oprnamespace, p.pronamespace)
        """

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}
