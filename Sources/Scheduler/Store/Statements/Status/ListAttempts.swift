import Foundation
import Postgres

/// The ended tries of one task, oldest first, the completed one last.
///
/// Locks nothing; served by `attempt_end_by_task` and primary keys.
struct ListAttempts: Statement {
    typealias Row = AttemptRecord

    static let name = "list_attempts"
    static let sql = """
        SELECT e.attempt, p.instance, e.started_at, e.ended_at, e.outcome, e.error
        FROM (
            SELECT attempt, incarnation, started_at, ended_at, outcome, error FROM muster.attempt_end WHERE task = $1::bigint
            UNION ALL
            SELECT attempt, incarnation, started_at, finished_at, 'complete', NULL FROM muster.done
            WHERE id = $1::bigint AND status OPERATOR(pg_catalog.=) 'complete'
        ) e
        LEFT JOIN muster.process p USING (incarnation)
        ORDER BY e.ended_at, e.attempt
        LIMIT 1000
        """

    let id: TaskID

    func bind(_ binds: inout Binds) { binds.add(id.rawValue) }

    static func decode(_ row: inout RowReader) throws -> AttemptRecord {
        let attempt: Int16 = try row.next()
        return AttemptRecord(
            attempt: Int(attempt), instance: try row.next(), startedAt: try row.next(), endedAt: try row.next(), outcome: try row.next(),
            error: try row.next())
    }
}
