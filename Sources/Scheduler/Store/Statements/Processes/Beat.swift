import Foundation
import Postgres

/// Renews a process's heartbeat and gives back which of its running tasks are to be cancelled.
///
/// One row with the ids; no row when the process is no longer alive in the store's eyes, whose claims have then been taken back. A
/// heartbeat that is older than the dead interval is not renewed: the process was declared dead, or is about to be.
/// Locks the process's own row; served by primary keys (`cancel_request` is nearly always empty).
struct Beat: Statement {
    typealias Row = [Int64]

    static let name = "beat"
    static let sql = """
        WITH alive AS (
            UPDATE muster.process SET beat_at = muster.clock()
            WHERE incarnation = $1::uuid AND state IN ('running', 'draining')
                AND beat_at > muster.clock() - $2::bigint * interval '1 ms'
            RETURNING incarnation
        )
        SELECT ARRAY(
            SELECT c.id FROM muster.cancel_request c JOIN muster.active a ON a.id = c.id WHERE a.incarnation = alive.incarnation
        )
        FROM alive
        """

    let incarnation: UUID
    let deadAfter: Duration

    func bind(_ binds: inout Binds) {
        binds.add(incarnation)
        binds.add(deadAfter.milliseconds)
    }

    static func decode(_ row: inout RowReader) throws -> [Int64] { try row.next() }
}
