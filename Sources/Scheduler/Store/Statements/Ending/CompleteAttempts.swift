import Foundation
import Postgres

/// Ends attempts that completed and left nothing but that: the lean form of ``EndAttempts``, for the most common batch by far (I4).
///
/// All are of one attempt number, none has a result, a unique place or an exclusive key. A claim that is no longer there, or whose task
/// has a unique place after all, is left out of the answer: ask ``EndAttempts`` for those. Locks the claims as that does; served by the
/// primary key of `active`.
struct CompleteAttempts: Statement {
    typealias Row = Int64

    static let name = "complete_attempts"
    static let sql = """
        WITH ended AS (
            DELETE FROM muster.active
            WHERE id = ANY ($2::bigint[]) AND attempt = $3::smallint AND incarnation = $1::uuid AND NOT keyed
            RETURNING id, started_at, incarnation, action, attempt, failures, crashes, interruptions
        )
        INSERT INTO muster.done (id, finished_at, started_at, incarnation, action, attempt, failures, crashes, interruptions, status)
        SELECT id, muster.clock(), started_at, incarnation, action, attempt, failures, crashes, interruptions, 'complete' FROM ended
        RETURNING id
        """

    let incarnation: UUID
    let attempt: Int16
    let ids: [Int64]

    func bind(_ binds: inout Binds) {
        binds.add(incarnation)
        binds.add(ids)
        binds.add(attempt)
    }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
