import Postgres

/// Moves deferred tasks whose time has come to `ready`, at most so many at once.
///
/// Begins at a given time, so that what a long transaction keeps of tasks that were moved earlier is not walked over again.
/// Locks the rows that it moves, skipping those that another process moves. Served by `deferred_due`. Gives back to which
/// lines it moved tasks, and the first of each: a claim must not begin above them.
struct PromoteDue: Statement {
    typealias Row = ClaimStart

    static let name = "promote_due"
    static let sql = """
        WITH due AS (
            DELETE FROM muster.deferred WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM muster.deferred WHERE run_at >= $2::timestamptz AND run_at <= muster.clock()
                ORDER BY run_at LIMIT $1::integer FOR UPDATE SKIP LOCKED
            )) RETURNING *
        ), moved AS (
            INSERT INTO muster.ready (id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed)
            SELECT id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed FROM due
            RETURNING action, priority, run_at
        )
        SELECT action, priority, pg_catalog.min(run_at) FROM moved GROUP BY action, priority
        """

    let limit: Int
    /// Tasks that were due earlier are not looked for.
    var from = ClaimKey.lowest.runAt

    func bind(_ binds: inout Binds) {
        binds.add(Int32(limit))
        binds.add(from)
    }

    static func decode(_ row: inout RowReader) throws -> ClaimStart {
        let line = ClaimLine(action: try row.next(), priority: try row.next())
        return ClaimStart(line: line, key: ClaimKey(runAt: try row.next(), id: .min))
    }
}
