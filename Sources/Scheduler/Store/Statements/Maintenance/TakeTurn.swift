import Foundation
import Postgres

/// Takes a duty's turn, unless somebody took it less than an interval ago.
///
/// A turn that was taken in the future is due: the clock was set back, or the database failed over to a machine whose clock is behind.
/// Locks the duty's one row for the transaction; served by its primary key. No row: it is not this process's turn. This is all the
/// leadership there is: nothing to elect, nothing to lose, no session lock, so it works behind a transaction pooler.
struct TakeTurn: Statement {
    typealias Row = String

    static let name = "take_turn"
    static let sql = """
        INSERT INTO muster.duty AS d (name, taken_at, taken_by) VALUES ($1::text, muster.clock(), $2::uuid)
        ON CONFLICT (name) DO UPDATE SET taken_at = excluded.taken_at, taken_by = excluded.taken_by
        WHERE d.taken_at <= muster.clock() - $3::bigint::float8 * interval '1 ms' OR d.taken_at > muster.clock()
        RETURNING name
        """

    let duty: String
    let incarnation: UUID
    let interval: Duration

    func bind(_ binds: inout Binds) {
        binds.add(duty)
        binds.add(incarnation)
        binds.add(interval.milliseconds)
    }

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}
