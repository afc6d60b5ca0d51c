import Postgres

/// Dates heartbeats that lie further ahead than the dead interval at now, as after the database's clock was set back.
///
/// A process that lives renews its own within a heartbeat interval; one that is gone is dead a dead interval later, instead of never. Nobody is
/// declared dead by it. Locks the rows of those processes, skipping those that are being renewed; reads `process`, which holds a day's worth.
struct SetBackHeartbeats: Statement {
    static let name = "set_back_heartbeats"
    static let sql = """
        UPDATE muster.process SET beat_at = muster.clock()
        WHERE incarnation IN (
            SELECT incarnation FROM muster.process
            WHERE state IN ('running', 'draining') AND beat_at > muster.clock() + $1::bigint::float8 * interval '1 ms'
            FOR UPDATE SKIP LOCKED
        )
        """

    let deadAfter: Duration

    func bind(_ binds: inout Binds) { binds.add(deadAfter.milliseconds) }
}
