import Foundation
import Postgres

/// Ends attempts whose tasks go on later: a retry, a snooze, or a release at shutdown (I4, I5).
///
/// Deletes each claim by id, attempt, incarnation and `run_at` and puts the task into `deferred`, or into `ready` when it does not wait. A retry
/// counts a failure; a snooze and a release give the attempt back; a release counts an interruption. A snooze leaves its reason with the
/// row in `deferred`, the others theirs in `attempt_end`. A claim that is no longer there is
/// left out of the answer. What gives the attempt back moves `run_at` on, by a microsecond at least: the same process may claim the task again
/// with the same attempt before it hears that this was done, and asking once more must not end that claim. Locks the claims; served by the primary key of `active`.
struct DeferAttempts: Statement {
    typealias Row = Int64

    /// One attempt that ended without ending its task.
    struct Item: Sendable {
        var id: Int64
        var attempt: Int16
        /// As the claim said.
        var runAt: Date
        /// `retry`, `snoozed` or `interrupted`.
        var outcome: String
        var waitMilliseconds: Int64
        /// Why a try failed, or why a task is snoozed; the latter at most 1,000 bytes.
        var error: String?
    }

    static let name = "defer_attempts"
    static let sql = """
        WITH ended AS (
            DELETE FROM muster.active a
            USING unnest($2::bigint[], $3::smallint[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[])
                AS o(id, attempt, outcome, wait_ms, error, run_at)
            WHERE a.id = o.id AND a.attempt = o.attempt AND a.incarnation = $1::uuid AND a.run_at = o.run_at
            RETURNING a.*, o.outcome, o.wait_ms, o.error
        ), next AS (
            SELECT id, action, priority, keyed, crashes, outcome, wait_ms,
                CASE WHEN outcome = 'snoozed' THEN pg_catalog.concat_ws(': ', outcome, error) ELSE outcome END AS reason,
                CASE WHEN wait_ms > 0 THEN muster.clock() + wait_ms::float8 * interval '1 ms'
                    ELSE run_at + interval '1 microsecond' END AS run_at,
                attempt - (outcome <> 'retry')::integer AS attempt,
                failures + (outcome = 'retry')::integer AS failures,
                least(interruptions + (outcome = 'interrupted')::integer, 32767) AS interruptions
            FROM ended
        ), later AS (
            INSERT INTO muster.deferred (id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed, reason)
            SELECT id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed, reason FROM next WHERE wait_ms > 0
        ), again AS (
            INSERT INTO muster.ready (id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed)
            SELECT id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed FROM next WHERE wait_ms <= 0
        ), tries AS (
            INSERT INTO muster.attempt_end (task, attempt, outcome, incarnation, started_at, ended_at, error)
            SELECT id, attempt, outcome, incarnation, started_at, muster.clock(), error FROM ended WHERE outcome <> 'snoozed'
        ), keys AS (
            DELETE FROM muster.exclusive_key k USING ended e WHERE k.id = e.id
        )
        SELECT id FROM ended
        """

    let incarnation: UUID
    let items: [Item]

    func bind(_ binds: inout Binds) {
        binds.add(incarnation)
        binds.add(items.map(\.id))
        binds.add(items.map(\.attempt))
        binds.add(items.map(\.outcome))
        binds.add(items.map(\.waitMilliseconds))
        binds.add(items.map(\.error))
        binds.add(items.map(\.runAt))
    }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
