import Foundation
import Postgres

/// Gives back every claim of one incarnation: at the end of a shutdown, or when a process that had fenced itself comes back (I5).
///
/// The attempt is not counted; an interruption is. Locks the claims of the incarnation; reads the whole of `active`, which holds only
/// what runs now. Gives back the tasks.
struct ReleaseClaims: Statement {
    typealias Row = Int64

    static let name = "release_claims"
    static let sql = """
        WITH ended AS (
            DELETE FROM muster.active WHERE incarnation = $1::uuid RETURNING *
        ), again AS (
            INSERT INTO muster.ready (id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed)
            SELECT id, run_at, action, priority, attempt - 1, failures, crashes, interruptions + 1, keyed FROM ended
        ), tries AS (
            INSERT INTO muster.attempt_end (task, attempt, outcome, incarnation, started_at, ended_at)
            SELECT id, attempt, 'interrupted', incarnation, started_at, muster.clock() FROM ended
        ), keys AS (
            DELETE FROM muster.exclusive_key k USING ended e WHERE k.id = e.id
        )
        SELECT id FROM ended
        """

    let incarnation: UUID

    func bind(_ binds: inout Binds) { binds.add(incarnation) }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
