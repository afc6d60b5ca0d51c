import Postgres

/// Makes a failed or cancelled task due now; its counters of failures and crashes begin again, its checkpoint stays.
///
/// A request to cancel it that came while it ran before is forgotten, so that it does not end the new attempt.
/// Locks the task's row in `done`, then its unique place if the action asks for one. No row: the task is not failed or cancelled, or
/// its unique place is taken. Served by the primary keys. The action's row says whether the task needs a unique place.
struct RetryFinished: Statement {
    typealias Row = Int64

    static let name = "retry_finished"
    static let sql = """
        WITH candidate AS (
            SELECT d.id, d.action, d.attempt, d.interruptions, t.priority, t.resource_id, a.unique_by_resource AND t.resource_id IS NOT NULL AS keyed
            FROM muster.done d JOIN muster.task t USING (id) JOIN muster.action a ON a.id = d.action
            WHERE d.id = $1::bigint AND d.status OPERATOR(pg_catalog.=) ANY ('{failed,cancelled}'::muster.final_status[]) FOR UPDATE OF d
        ), place AS (
            INSERT INTO muster.unique_task (action, resource_id, id)
            SELECT action, resource_id, id FROM candidate WHERE keyed
            ON CONFLICT (action, resource_id) DO NOTHING RETURNING id
        ), again AS (
            SELECT * FROM candidate WHERE NOT keyed OR id IN (SELECT id FROM place)
        ), gone AS (
            DELETE FROM muster.done WHERE id IN (SELECT id FROM again)
        ), answered AS (
            DELETE FROM muster.cancel_request WHERE id IN (SELECT id FROM again)
        )
        INSERT INTO muster.ready (id, run_at, action, priority, attempt, interruptions, keyed)
        SELECT id, muster.clock(), action, priority, attempt, interruptions, keyed FROM again
        RETURNING id
        """

    let id: TaskID

    func bind(_ binds: inout Binds) { binds.add(id.rawValue) }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
