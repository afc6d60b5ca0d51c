import Postgres

/// Writes the catalogue's actions with their policies and gives back the store's number of each.
///
/// Called by every process at start. Locks the rows that it changes, in name order; a row that is the same already is not written.
/// Served by the unique index on `action.name`.
struct RegisterActions: Statement {
    typealias Row = (name: ActionName, id: Int16)

    static let name = "register_actions"
    static let sql = """
        WITH incoming AS (
            SELECT * FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::double precision[], $5::bigint[], $6::double precision[],
                $7::bigint[], $8::boolean[])
                AS u(name, max_attempts, initial_ms, factor, maximum_ms, jitter, deadline_ms, unique_by_resource)
            ORDER BY name
        ), written AS (
            INSERT INTO muster.action AS a (name, max_attempts, backoff_initial_ms, backoff_factor, backoff_maximum_ms, backoff_jitter,
                deadline_ms, unique_by_resource)
            SELECT name, max_attempts, initial_ms, factor, maximum_ms, jitter, nullif(deadline_ms, 0), unique_by_resource FROM incoming
            ON CONFLICT (name) DO UPDATE SET
                max_attempts = excluded.max_attempts, backoff_initial_ms = excluded.backoff_initial_ms,
                backoff_factor = excluded.backoff_factor, backoff_maximum_ms = excluded.backoff_maximum_ms,
                backoff_jitter = excluded.backoff_jitter, deadline_ms = excluded.deadline_ms,
                unique_by_resource = excluded.unique_by_resource, updated_at = muster.clock()
            WHERE (a.max_attempts, a.backoff_initial_ms, a.backoff_factor, a.backoff_maximum_ms, a.backoff_jitter, a.deadline_ms,
                a.unique_by_resource)
                IS DISTINCT FROM (excluded.max_attempts, excluded.backoff_initial_ms, excluded.backoff_factor, excluded.backoff_maximum_ms,
                excluded.backoff_jitter, excluded.deadline_ms, excluded.unique_by_resource)
            RETURNING a.name, a.id
        )
        SELECT name, id FROM written
        UNION
        SELECT a.name, a.id FROM muster.action a JOIN incoming USING (name)
        """

    let actions: [ActionDefinition]

    func bind(_ binds: inout Binds) {
        let retries = actions.map(\.defaults.retry)
        binds.add(actions.map(\.name.rawValue))
        binds.add(retries.map { Int32($0.maxAttempts) })
        binds.add(retries.map(\.initialMilliseconds))
        binds.add(retries.map(\.factor))
        binds.add(retries.map(\.maximumMilliseconds))
        binds.add(retries.map(\.jitter))
        binds.add(actions.map { $0.defaults.deadline?.milliseconds ?? 0 })
        binds.add(actions.map(\.defaults.uniqueByResource))
    }

    static func decode(_ row: inout RowReader) throws -> Row {
        (ActionName(rawValue: try row.next()), try row.next())
    }
}
