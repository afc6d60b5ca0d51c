import Foundation
import Postgres

/// Declares dead every process whose heartbeat is too old; or, where one is named, that one alone.
///
/// Locks the rows of those processes; reads `process`, which holds a day's worth. Gives back who died. From here on nothing that such a
/// process writes is accepted: its heartbeat, its claims and its outcomes all find no row.
struct MarkDead: Statement {
    typealias Row = (incarnation: UUID, instance: String)

    static let name = "mark_dead"
    static let sql = """
        UPDATE muster.process SET state = 'dead', ended_at = muster.clock()
        WHERE state IN ('running', 'draining')
            AND CASE WHEN $2::uuid IS NULL THEN beat_at <= muster.clock() - $1::bigint::float8 * interval '1 ms' ELSE incarnation = $2::uuid END
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
