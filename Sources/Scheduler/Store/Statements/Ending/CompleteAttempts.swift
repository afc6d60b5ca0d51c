import Foundation
import Postgres

/// Ends attempts that completed and left nothing but that: the lean form of ``EndAttempts``, for the most common batch by far (I4).
///
/// All are of one attempt number, none has a result, a unique place or an exclusive key. A claim that is no longer there, or whose task
/// has a unique place after all, is left alone: fewer rows are affected then, and ``FindCompleted`` says whose. No row is sent back, which
/// would cost both sides more than the count. Locks the claims as ``EndAttempts`` does; served by the primary key of `active`.
struct CompleteAttempts: Statement {
    static let name = "complete_attempts"
    static let sql = """
        WITH ended AS (
            DELETE FROM muster.active
            WHERE id = ANY ($2::bigint[]) AND attempt = $3::smallint AND incarnation = $1::uuid AND NOT keyed
            RETURNING id, started_at, incarnation, action, attempt, failures, crashes, interruptions
        )
        INSERT INTO muster.done (id, finished_at, started_at, incarnation, action, attempt, failures, crashes, interruptions, status)
        SELECT id, muster.clock(), started_at, incarnation, action, attempt, failures, crashes, interruptions, 'complete' FROM ended
        """

    let incarnation: UUID
    let attempt: Int16
    let ids: [Int64]

    func bind(_ binds: inout Binds) {
        binds.add(incarnation)
        binds.add(ids)
        binds.add(attempt)
    }
}
