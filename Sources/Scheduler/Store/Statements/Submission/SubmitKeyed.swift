import Postgres

/// Stores tasks that are due at once and carry no idempotency key; those that need a unique place are stored only if it is free.
///
/// A new task whose request says where it came from gets its line in the audit log. Gives back in order, for each, its id or nothing: then
/// another task has its place, and the caller asks with ``FindTaken`` which one. Locks nothing but its own new rows; waits for a concurrent
/// submission of the same place. Served by the primary key of `unique_task`.
struct SubmitKeyed: Statement {
    typealias Row = Int64?

    static let name = "submit_keyed"
    static let isPlannedOnce = true
    static let sql = """
        WITH moment AS MATERIALIZED (
            SELECT muster.task_moment() AS upper, muster.clock() AS now,
                CASE WHEN $10::text IS NOT NULL THEN pg_catalog.set_config('lock_timeout', $10::text, true) END AS patience
        ), incoming AS MATERIALIZED (
            SELECT m.upper | (pg_catalog.nextval('muster.task_number') & 524287::bigint) AS id, m.now, u.*
            FROM moment m
            CROSS JOIN unnest($1::smallint[], $2::smallint[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[],
                $9::text[]) WITH ORDINALITY
                AS u(action, priority, max_attempts, resource_id, requested_by, params, keyed, origin, name, n)
        ), won_place AS (
            INSERT INTO muster.unique_task (action, resource_id, id)
            SELECT action, resource_id, id FROM incoming WHERE keyed ORDER BY action, resource_id
            ON CONFLICT (action, resource_id) DO NOTHING RETURNING id
        ), accepted AS MATERIALIZED (
            SELECT * FROM incoming WHERE NOT keyed OR id IN (SELECT id FROM won_place)
        ), body AS (
            INSERT INTO muster.task (id, action, priority, max_attempts, run_at, created_at, resource_id, requested_by, params)
            SELECT id, action, priority, max_attempts, now, now, resource_id, requested_by, params FROM accepted
        ), due AS (
            INSERT INTO muster.ready (id, run_at, action, priority, keyed) SELECT id, now, action, priority, keyed FROM accepted
        ), audit AS (
            INSERT INTO muster.audit (at, who, origin, verb, subject, action)
            SELECT now, pg_catalog.left(coalesce(requested_by, 'unknown'), 250), pg_catalog.left(origin, 60), 'submit', id::text, name FROM accepted
            WHERE origin IS NOT NULL
        )
        SELECT CASE WHEN i.id IN (SELECT id FROM accepted) THEN i.id END FROM incoming i ORDER BY i.n
        """

    let items: [SubmitTasks.Item]
    /// As in ``SubmitTasks``.
    var patience: Duration?

    func bind(_ binds: inout Binds) {
        binds.add(items.map(\.action))
        binds.add(items.map(\.priority))
        binds.add(items.map(\.maxAttempts))
        binds.add(items.map(\.resourceID))
        binds.add(items.map(\.requestedBy))
        binds.add(items.map(\.params))
        binds.add(items.map(\.keyed))
        binds.add(items.map(\.auditOrigin))
        binds.add(items.map(\.actionName.rawValue))
        binds.add(patience.map { "\($0.milliseconds)ms" })
    }

    static func decode(_ row: inout RowReader) throws -> Int64? { try row.next() }
}
