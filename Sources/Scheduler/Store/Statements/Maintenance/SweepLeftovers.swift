import Postgres

/// Removes what outlived its purpose: processes that ended before the history that names them, and cancel requests of tasks that run no
/// more.
///
/// Locks the rows that it removes. Reads `process`, `active` and `cancel_request`, all small.
struct SweepLeftovers: Statement {
    static let name = "sweep_leftovers"
    static let sql = """
        WITH requests AS (
            DELETE FROM muster.cancel_request c WHERE NOT EXISTS (SELECT 1 FROM muster.active a WHERE a.id = c.id)
        )
        DELETE FROM muster.process p
        WHERE p.ended_at < muster.clock() - $1::bigint * interval '1 ms'
            AND NOT EXISTS (SELECT 1 FROM muster.active a WHERE a.incarnation = p.incarnation)
        """

    let retention: RetentionPolicy

    func bind(_ binds: inout Binds) {
        let longest = max(retention.complete, retention.failed, retention.cancelled)
        binds.add((longest + .seconds(86_400)).milliseconds)
    }
}
