import Postgres

/// Makes a task that is due later due now.
///
/// Locks the task's row in `deferred`; served by its primary key. No row: it is not deferred.
struct RunNow: Statement {
    typealias Row = Int64

    static let name = "run_now"
    static let sql = """
        WITH due AS (DELETE FROM muster.deferred WHERE id = $1::bigint RETURNING *)
        INSERT INTO muster.ready (id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed)
        SELECT id, muster.clock(), action, priority, attempt, failures, crashes, interruptions, keyed FROM due
        RETURNING id
        """

    let id: TaskID

    func bind(_ binds: inout Binds) { binds.add(id.rawValue) }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
