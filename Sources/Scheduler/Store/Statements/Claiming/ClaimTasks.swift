import Foundation
import Postgres

/// Takes due tasks for one process: moves them from `ready` to `active` and gives back what an attempt needs.
///
/// Each line, the tasks of one action with one priority, is looked at by itself in the order of `ready_claim` (`run_at`, id), from the
/// place on where ``ClaimFloor`` says that anything may stand; tasks of an action that this process cannot run are never walked over
/// (I3). The best of all lines are taken: lines come by priority, and one that would come after the batch is full is not looked at.
/// Locks the rows that it looked at, skipping those that another claim holds. Nothing is taken unless the process's row says that it is
/// running and its heartbeat is recent (I2, I7). Runs on a connection with `synchronous_commit = off`: a claim lost in a server crash is
/// a task that is ready again.
/// No rows: nothing is due in these lines, or others are taking it, or this process is no longer alive in the store's eyes.
struct ClaimTasks: Statement {
    /// A claimed task.
    struct Row: Sendable {
        var id: Int64
        var action: Int16
        var priority: Int16
        var runAt: Date
        var attempt: Int16
        var failures: Int16
        var crashes: Int16
        /// Whether the task holds a unique place.
        var isKeyed: Bool
        var maxAttempts: Int16?
        var createdAt: Date
        var resourceID: String?
        var requestedBy: String?
        var params: [UInt8]
        var progressDone: Int64?
        var progressTotal: Int64?
        var progressFailed: Int64?
        var checkpoint: [UInt8]?

        /// The line that the task stood in, and its place there.
        var place: ClaimStart {
            ClaimStart(line: ClaimLine(action: action, priority: priority), key: ClaimKey(runAt: runAt, id: id))
        }
    }

    /// Takes the rows of `ready` whose places stand in `best`, with the params that travel with them.
    static let taking = """
        taken AS (
            DELETE FROM muster.ready WHERE ctid = ANY (ARRAY(SELECT place FROM best))
            RETURNING id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed,
                max_attempts, resource_id, requested_by, params
        )
        """

    /// What an attempt needs of the tasks in `taken`, in the order of their lines.
    ///
    /// A task whose params travel was never claimed before: it was due when it was created, and has no counters and no checkpoint. The
    /// others are looked up, each by the primary key of its partition.
    static let answer = """
        SELECT
            id, action, priority, run_at, (attempt + 1)::smallint, failures, crashes, keyed, max_attempts, run_at, resource_id, requested_by,
            params, NULL::bigint, NULL::bigint, NULL::bigint, NULL::text
        FROM taken
        WHERE params IS NOT NULL
        UNION ALL
        SELECT
            c.id, c.action, c.priority, c.run_at, (c.attempt + 1)::smallint, c.failures, c.crashes, c.keyed, t.max_attempts, t.created_at,
            t.resource_id, t.requested_by, t.params, g.done, g.total, g.failed, g.checkpoint
        FROM taken c
        JOIN muster.task t ON t.id = c.id
        LEFT JOIN muster.progress g ON g.id = c.id
        WHERE c.params IS NULL
        ORDER BY 3, 4, 1
        """

    static let name = "claim_tasks"
    static let sql = text()

    /// Whether a task's action is among `limited`, and the number that this claim then marks it with: one for the whole claim.
    static func mark(_ mark: String, limited: String) -> String {
        "action = ANY (\(limited)), CASE WHEN action = ANY (\(limited)) THEN \(mark) END"
    }

    /// The statement; with a mark, what it claims is marked as limited where that is true.
    ///
    /// - Parameters:
    ///   - before: what is done before anything is looked at, as further parts of the `WITH`
    ///   - condition: what must hold then; else nothing is taken
    static func text(mark: String = "false, NULL", before: String = "", condition: String = "true") -> String {
        """
        WITH \(before)best AS (
            SELECT r.place
            FROM (
                SELECT * FROM unnest($1::smallint[], $2::smallint[], $3::timestamptz[], $4::bigint[]) AS u(action, priority, run_at, id)
                ORDER BY priority
            ) mine
            CROSS JOIN LATERAL (
                SELECT q.ctid AS place, q.run_at, q.id FROM muster.ready q
                WHERE q.action = mine.action AND q.priority = mine.priority AND (q.run_at, q.id) >= (mine.run_at, mine.id)
                    AND q.crashes < $8::smallint
                ORDER BY q.run_at, q.id
                LIMIT $5::integer
                FOR UPDATE SKIP LOCKED
            ) r
            WHERE EXISTS (
                SELECT 1 FROM muster.process p
                WHERE p.incarnation = $6::uuid AND p.state = 'running' AND p.beat_at > muster.clock() - $7::bigint::float8 * interval '1 ms'
            ) AND \(condition)
            ORDER BY mine.priority, r.run_at, r.id
            LIMIT $5::integer
        ), \(taking), claimed AS (
            INSERT INTO muster.active
                (id, run_at, started_at, incarnation, action, priority, attempt, failures, crashes, interruptions, keyed, limited, mark)
            SELECT id, run_at, muster.clock(), $6::uuid, action, priority, attempt + 1, failures, crashes, interruptions, keyed,
                \(mark)
            FROM taken
        )
        \(answer)
        """
    }

    /// Where to begin in each line that may be claimed from.
    var starts: [ClaimStart]
    let limit: Int
    let incarnation: UUID
    let deadAfter: Duration
    /// Tasks that saw so many processes die are left: ``Suspicion`` says when.
    var belowCrashes = Int16.max

    func bind(_ binds: inout Binds) {
        binds.add(starts)
        binds.add(Int32(limit))
        binds.add(incarnation)
        binds.add(deadAfter.milliseconds)
        binds.add(belowCrashes)
    }

    static func decode(_ row: inout RowReader) throws -> Row {
        Row(
            id: try row.next(), action: try row.next(), priority: try row.next(), runAt: try row.next(), attempt: try row.next(),
            failures: try row.next(), crashes: try row.next(), isKeyed: try row.next(), maxAttempts: try row.next(),
            createdAt: try row.next(), resourceID: try row.next(), requestedBy: try row.next(), params: try row.next(),
            progressDone: try row.next(), progressTotal: try row.next(), progressFailed: try row.next(), checkpoint: try row.next())
    }
}

extension ClaimTasks {
    /// Claims from every line of these actions, from its left end.
    init(actions: [Int16], limit: Int, incarnation: UUID, deadAfter: Duration) {
        let starts = ClaimLine.all(of: actions).map { ClaimStart(line: $0, key: .lowest) }
        self.init(starts: starts, limit: limit, incarnation: incarnation, deadAfter: deadAfter)
    }
}
