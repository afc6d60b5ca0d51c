import Postgres

/// Removes what outlived its purpose: processes that ended before the history that names them, cancel requests of tasks that have ended,
/// and exclusive keys whose holder's claim is gone.
///
/// Locks the rows that it removes. Reads `process`, `active`, `cancel_request` and
/// `exclusive_key`, all small.
struct SweepLeftovers: Statement {
    static let name = "sweep_leftovers"
    static let sql = """
        WITH requests AS (
            DELETE FROM muster.cancel_request c
            WHERE NOT EXISTS (SELECT 1 FROM muster.active a WHERE a.id = c.id)
                AND NOT EXISTS (SELECT 1 FROM muster.ready a WHERE a.id = c.id)
                AND NOT EXISTS (SELECT 1 FROM muster.deferred a WHERE a.id = c.id)
                AND NOT EXISTS (SELECT 1 FROM muster.parked a WHERE a.id = c.id)
        ), keys AS (
            DELETE FROM muster.exclusive_key k
            WHERE (k.taken_at < muster.clock() - interval '1 minute' OR k.taken_at > muster.clock() + interval '1 minute') AND NOT EXISTS (
                SELECT 1 FROM muster.active a WHERE a.id = k.id AND a.attempt = k.attempt AND a.incarnation = k.incarnation)
        )
        DELETE FROM muster.process p
        WHERE p.ended_at < muster.clock() - $1::bigint::float8 * interval '1 ms'
            AND NOT EXISTS (SELECT 1 FROM muster.active a WHERE a.incarnation = p.incarnation)
        """

    let retention: RetentionPolicy

    func bind(_ binds: inout Binds) {
        let longest = max(retention.complete, retention.failed, retention.cancelled)
        binds.add((longest + .seconds(86_400)).milliseconds)
    }
}
