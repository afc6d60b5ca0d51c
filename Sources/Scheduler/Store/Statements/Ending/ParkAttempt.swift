import Foundation
import Postgres

/// Parks a task whose params this build cannot read; the attempt is given back (I3).
///
/// Deletes the claim by id, attempt and incarnation. `unread_by` names the build that could not read it: a build that has not
/// tried yet takes it out again, so that each tries once. Locks the claim; served by the primary key of `active`. No row: the claim was lost.
struct ParkAttempt: Statement {
    typealias Row = Int64

    static let name = "park_attempt"
    static let sql = """
        WITH ended AS (
            DELETE FROM muster.active WHERE id = $2::bigint AND attempt = $3::smallint AND incarnation = $1::uuid RETURNING *
        ), aside AS (
            INSERT INTO muster.parked
                (id, run_at, parked_at, action, priority, attempt, failures, crashes, interruptions, keyed, reason, note)
            SELECT id, run_at, muster.clock(), action, priority, attempt - 1, failures, crashes, interruptions, keyed, 'schema_mismatch',
                $5::text
            FROM ended
        ), tries AS (
            INSERT INTO muster.attempt_end (task, attempt, outcome, incarnation, started_at, ended_at, error, unread_by)
            SELECT id, attempt, 'parked', incarnation, started_at, muster.clock(), $5::text, $4::text FROM ended
        ), keys AS (
            DELETE FROM muster.exclusive_key k USING ended e WHERE k.id = e.id
        )
        SELECT id FROM ended
        """

    let incarnation: UUID
    let id: Int64
    let attempt: Int16
    let unreadBy: String
    let note: String

    func bind(_ binds: inout Binds) {
        binds.add(incarnation)
        binds.add(id)
        binds.add(attempt)
        binds.add(unreadBy)
        binds.add(note)
    }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
