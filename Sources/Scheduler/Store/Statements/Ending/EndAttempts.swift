import Foundation
import Postgres

/// Ends attempts whose tasks are final: one fenced statement for a whole batch (I4).
///
/// Deletes each claim by id, attempt and incarnation and writes the history; a claim that is no longer there is left out of the answer.
/// Locks the claims, in no particular order: nobody else locks several of one incarnation at once but its reclaim, which finds them gone.
/// Served by the primary key of `active`.
struct EndAttempts: Statement {
    typealias Row = Int64

    /// One ended attempt.
    struct Item: Sendable {
        var id: Int64
        var attempt: Int16
        var status: String
        var result: String?
        var error: String?
        var holdsKeys: Bool
    }

    static let name = "end_attempts"
    static let sql = """
        WITH ended AS (
            DELETE FROM muster.active a
            USING unnest($2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::boolean[])
                AS o(id, attempt, status, result, error, holds_keys)
            WHERE a.id = o.id AND a.attempt = o.attempt AND a.incarnation = $1::uuid
            RETURNING a.*, o.status, o.result, o.error, o.holds_keys
        ), history AS (
            INSERT INTO muster.done
                (id, finished_at, started_at, incarnation, action, attempt, failures, crashes, interruptions, status, result, error)
            SELECT id, muster.clock(), started_at, incarnation, action, attempt, failures + (status = 'failed')::integer, crashes,
                interruptions, status::muster.final_status, result, error
            FROM ended
        ), tries AS (
            INSERT INTO muster.attempt_end (task, attempt, outcome, incarnation, started_at, ended_at, error)
            SELECT id, attempt, status, incarnation, started_at, muster.clock(), error FROM ended WHERE status <> 'complete'
        ), places AS (
            DELETE FROM muster.unique_task u USING ended e WHERE e.keyed AND u.id = e.id
        ), keys AS (
            DELETE FROM muster.exclusive_key k USING ended e WHERE e.holds_keys AND k.id = e.id
        )
        SELECT id FROM ended
        """

    let incarnation: UUID
    let items: [Item]

    func bind(_ binds: inout Binds) {
        binds.add(incarnation)
        binds.add(items.map(\.id))
        binds.add(items.map(\.attempt))
        binds.add(items.map(\.status))
        binds.add(items.map(\.result))
        binds.add(items.map(\.error))
        binds.add(items.map(\.holdsKeys))
    }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
