import Foundation
import Postgres

/// Takes due tasks for one process: moves them from `ready` to `active` and gives back what an attempt needs.
///
/// Each action is looked at by itself, in the order of `ready_claim` (priority, `run_at`, id), so that tasks of an action that this
/// process cannot run are never walked over (I3); then the best of all actions are taken. Locks the rows that it looked at, skipping
/// those that another claim holds. Nothing is taken unless the process's row says that it is running and its heartbeat is recent (I2,
/// I7). Runs on a connection with `synchronous_commit = off`: a claim lost in a server crash is a task that is ready again.
/// No rows: nothing is due for these actions, or others are taking it, or this process is no longer alive in the store's eyes.
struct ClaimTasks: Statement {
    /// A claimed task.
    struct Row: Sendable {
        var id: Int64
        var action: Int16
        var attempt: Int16
        var failures: Int16
        var crashes: Int16
        var maxAttempts: Int16?
        var createdAt: Date
        var resourceID: String?
        var requestedBy: String?
        var params: [UInt8]
        var progressDone: Int64?
        var progressTotal: Int64?
        var progressFailed: Int64?
        var checkpoint: [UInt8]?
    }

    static let name = "claim_tasks"
    static let sql = """
        WITH best AS (
            SELECT r.place
            FROM unnest($1::smallint[]) AS mine(action)
            CROSS JOIN LATERAL (
                SELECT q.ctid AS place, q.priority, q.run_at, q.id FROM muster.ready q
                WHERE q.action = mine.action
                ORDER BY q.priority, q.run_at, q.id
                LIMIT $2::integer
                FOR UPDATE SKIP LOCKED
            ) r
            WHERE EXISTS (
                SELECT 1 FROM muster.process p
                WHERE p.incarnation = $3::uuid AND p.state = 'running' AND p.beat_at > muster.clock() - $4::bigint * interval '1 ms'
            )
            ORDER BY r.priority, r.run_at, r.id
            LIMIT $2::integer
        ), taken AS (
            DELETE FROM muster.ready WHERE ctid = ANY (ARRAY(SELECT place FROM best))
            RETURNING id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed
        ), claimed AS (
            INSERT INTO muster.active
                (id, run_at, started_at, incarnation, action, priority, attempt, failures, crashes, interruptions, keyed)
            SELECT id, run_at, muster.clock(), $3::uuid, action, priority, attempt + 1, failures, crashes, interruptions, keyed FROM taken
            RETURNING id, action, priority, run_at, attempt, failures, crashes
        )
        SELECT c.id, c.action, c.attempt, c.failures, c.crashes, t.max_attempts, t.created_at, t.resource_id, t.requested_by,
            convert_to(t.params, 'UTF8'), g.done, g.total, g.failed, convert_to(g.checkpoint, 'UTF8')
        FROM claimed c
        JOIN muster.task t ON t.id = c.id
        LEFT JOIN muster.progress g ON g.id = c.id
        ORDER BY c.priority, c.run_at, c.id
        """

    let actions: [Int16]
    let limit: Int
    let incarnation: UUID
    let deadAfter: Duration

    func bind(_ binds: inout Binds) {
        binds.add(actions)
        binds.add(Int32(limit))
        binds.add(incarnation)
        binds.add(deadAfter.milliseconds)
    }

    static func decode(_ row: inout RowReader) throws -> Row {
        Row(
            id: try row.next(), action: try row.next(), attempt: try row.next(), failures: try row.next(), crashes: try row.next(),
            maxAttempts: try row.next(), createdAt: try row.next(), resourceID: try row.next(), requestedBy: try row.next(),
            params: try row.next(),
            progressDone: try row.next(), progressTotal: try row.next(), progressFailed: try row.next(), checkpoint: try row.next())
    }
}
