import Postgres

/// Ends a task that has not begun, or waits for its next attempt, as cancelled.
///
/// Locks the task's one row among ready, deferred and parked, and its unique place; served by their primary keys. No row: it is active,
/// final or unknown. Waits for a claim of the same task and then finds nothing.
struct CancelWaiting: Statement {
    typealias Row = Int64

    static let name = "cancel_waiting"
    static let sql = """
        WITH r AS (DELETE FROM muster.ready WHERE id = $1::bigint
                RETURNING id, action, attempt, failures, crashes, interruptions),
        f AS (DELETE FROM muster.deferred WHERE id = $1::bigint
                RETURNING id, action, attempt, failures, crashes, interruptions),
        k AS (DELETE FROM muster.parked WHERE id = $1::bigint
                RETURNING id, action, attempt, failures, crashes, interruptions),
        ended AS (SELECT * FROM r UNION ALL SELECT * FROM f UNION ALL SELECT * FROM k),
        place AS (DELETE FROM muster.unique_task WHERE id IN (SELECT id FROM ended)),
        request AS (DELETE FROM muster.cancel_request WHERE id IN (SELECT id FROM ended))
        INSERT INTO muster.done (id, finished_at, action, attempt, failures, crashes, interruptions, status, error)
        SELECT id, muster.clock(), action, attempt, failures, crashes, interruptions, 'cancelled',
            'Cancelled' || coalesce(' by ' || $2::text, '') || ' before an attempt was running.'
        FROM ended
        RETURNING id
        """

    let id: TaskID
    let requestedBy: String?

    func bind(_ binds: inout Binds) {
        binds.add(id.rawValue)
        binds.add(requestedBy)
    }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
