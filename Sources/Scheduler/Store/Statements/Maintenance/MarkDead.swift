import Foundation
import Postgres

/// Declares dead every process whose heartbeat is too old, or one that is known to be gone.
///
/// Locks the rows of those processes; reads `process`, which holds a day's worth. Gives back who died. From here on nothing that such a
/// process writes is accepted: its heartbeat, its claims and its outcomes all find no row.
struct MarkDead: Statement {
    typealias Row = (incarnation: UUID, instance: String)

    static let name = "mark_dead"
    static let sql = """
        UPDATE muster.process SET state = 'dead', ended_at = muster.clock()
        WHERE state IN ('running', 'draining')
            AND (beat_at <= muster.clock() - $1::bigint * interval '1 ms' OR incarnation = $2::uuid)
        RETURNING incarnation, instance
        """

    let deadAfter: Duration
    let known: UUID?

    func bind(_ binds: inout Binds) {
        binds.add(deadAfter.milliseconds)
        binds.add(known)
    }

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}
