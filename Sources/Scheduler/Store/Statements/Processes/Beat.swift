import Foundation
import Postgres

/// Renews a process's heartbeat and gives back which of its running tasks are to be cancelled, and which duties of maintenance are due.
///
/// The duties travel with the heartbeat so that an idle process asks for nothing else: `reclaim` when a process's heartbeat is too old, and
/// every quarter of the dead interval while one has ended within the last minute, because claims that were on their way then come to light
/// later; `cancel` when a request may have been missed; and whatever the caller names that nobody has taken for as long.
/// One row; no row when the process is no longer alive in the store's eyes, whose claims have then been taken back. A
/// heartbeat that is older than the dead interval is not renewed: the process was declared dead, or is about to be. One that lies ahead by as much calls for `reclaim` as well
/// (``SetBackHeartbeats``).
/// Locks the process's own row; reads `process`, which holds a day's worth, `cancel_request`, which is nearly always empty, and primary
/// keys. Never walks over `active`: with what a long transaction keeps of ended attempts, that could take longer than a heartbeat may. Hence the
/// single look-ups in place of joins, which the server turns into a scan of the whole table when it has few rows on many pages.
struct Beat: Statement {
    /// `clock` is the database's time.
    typealias Row = (toCancel: [Int64], duties: [String], clock: Date)

    static let name = "beat"
    static let sql = """
        WITH alive AS (
            UPDATE muster.process SET beat_at = muster.clock()
            WHERE incarnation = $1::uuid AND state IN ('running', 'draining')
                AND beat_at > muster.clock() - $2::bigint::float8 * interval '1 ms'
            RETURNING incarnation
        )
        SELECT ARRAY(
            SELECT c.id FROM muster.cancel_request c
            WHERE (SELECT a.incarnation FROM muster.active a WHERE a.id = c.id) = alive.incarnation
        ), ARRAY(
            SELECT 'reclaim' WHERE EXISTS (
                SELECT 1 FROM muster.process p
                WHERE p.state IN ('running', 'draining') AND (p.beat_at <= muster.clock() - $2::bigint::float8 * interval '1 ms'
                    OR p.beat_at > muster.clock() + $2::bigint::float8 * interval '1 ms')
            ) OR EXISTS (
                SELECT 1 FROM muster.process e WHERE e.ended_at > muster.clock() - interval '1 minute'
            ) AND NOT EXISTS (
                SELECT 1 FROM muster.duty d WHERE d.name = 'reclaim' AND d.taken_at <= muster.clock()
                    AND d.taken_at > muster.clock() - ($2::bigint / 4)::float8 * interval '1 ms'
            )
            UNION ALL
            SELECT 'cancel' WHERE EXISTS (
                SELECT 1 FROM muster.cancel_request c WHERE (SELECT a.id FROM muster.active a WHERE a.id = c.id) IS NULL
            )
            UNION ALL
            SELECT timed.name FROM unnest($3::text[], $4::bigint[]) AS timed(name, every_ms)
            WHERE NOT EXISTS (
                SELECT 1 FROM muster.duty d WHERE d.name = timed.name AND d.taken_at <= muster.clock()
                    AND d.taken_at > muster.clock() - timed.every_ms::float8 * interval '1 ms'
            )
        ), muster.clock()
        FROM alive
        """

    let incarnation: UUID
    let deadAfter: Duration
    /// Duties that come round by time, each with the time after which it is due again.
    var timed: [TimedDuty] = []

    func bind(_ binds: inout Binds) {
        binds.add(incarnation)
        binds.add(deadAfter.milliseconds)
        binds.add(timed.map(\.name))
        binds.add(timed.map(\.interval.milliseconds))
    }

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next(), try row.next()) }
}

/// A duty that comes round by time.
struct TimedDuty: Sendable, Hashable {
    var name: String
    var interval: Duration
}
