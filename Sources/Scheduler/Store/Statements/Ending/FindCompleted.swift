import Foundation
import Postgres

/// Which of these tasks this incarnation has completed in this attempt: what ``CompleteAttempts`` ended, now or when its answer was lost.
///
/// Locks nothing; served by the primary key of each partition of `done`.
struct FindCompleted: Statement {
    static let name = "find_completed"
    static let sql = """
        SELECT id FROM muster.done
        WHERE id = ANY ($2::bigint[]) AND attempt = $3::smallint AND incarnation = $1::uuid AND status OPERATOR(pg_catalog.=) 'complete'
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
