import Postgres

/// Writes the catalogue's actions with their policies and gives back the store's number of each.
///
/// Called by every process at start. A row that is the same already is not written, and a name that exists takes no new number: numbers
/// are two bytes and must last. Locks the rows that it changes. Served by the unique index on `action.name`. A name that another process
/// adds at the same moment is missing from the answer; the caller asks again.
struct RegisterActions: Statement {
    typealias Row = (name: ActionName, id: Int16)

    static let name = "register_actions"
    static let sql = """
        WITH incoming AS (
            SELECT * FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::double precision[], $5::bigint[], $6::double precision[],
                $7::bigint[], $8::boolean[])
                AS u(name, max_attempts, initial_ms, factor, maximum_ms, jitter, deadline_ms, unique_by_resource)
            ORDER BY name
        ), changed AS (
            UPDATE muster.action a SET
                max_attempts = i.max_attempts, backoff_initial_ms = i.initial_ms, backoff_factor = i.factor,
                backoff_maximum_ms = i.maximum_ms, backoff_jitter = i.jitter, deadline_ms = nullif(i.deadline_ms, 0),
                unique_by_resource = i.unique_by_resource, updated_at = muster.clock()
            FROM incoming i
            WHERE a.name = i.name
                AND (a.max_attempts, a.backoff_initial_ms, a.backoff_factor, a.backoff_maximum_ms, a.backoff_jitter, a.deadline_ms,
                a.unique_by_resource)
                IS DISTINCT FROM (i.max_attempts, i.initial_ms, i.factor, i.maximum_ms, i.jitter, nullif(i.deadline_ms, 0),
                i.unique_by_resource)
        ), added AS (
            INSERT INTO muster.action (name, max_attempts, backoff_initial_ms, backoff_factor, backoff_maximum_ms, backoff_jitter,
                deadline_ms, unique_by_resource)
            SELECT name, max_attempts, initial_ms, factor, maximum_ms, jitter, nullif(deadline_ms, 0), unique_by_resource FROM incoming
            WHERE NOT EXISTS (SELECT 1 FROM muster.action a WHERE a.name = incoming.name)
            ON CONFLICT (name) DO NOTHING
            RETURNING name, id
        )
        SELECT name, id FROM added
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
