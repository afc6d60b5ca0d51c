import Foundation
import Postgres

/// Stores tasks, all or none, and says of each what became of it: whatever the tasks are.
///
/// ``SubmitOne``, ``SubmitPlain`` and ``SubmitKeyed`` do the same with less for tasks that need less.
/// A task that finds its idempotency key or its unique place taken is not stored; the row then names the task that was there. When that
/// task was committed after this statement began, the name is null and the caller asks again with ``FindTaken``.
/// A new task whose request says where it came from gets its line in the audit log.
/// Locks nothing but its own new rows; waits for a concurrent submission of the same key, at most for its
/// patience. Served by the primary keys of `idempotency`
/// and `unique_task`.
struct SubmitTasks: Statement {
    /// What became of one task.
    struct Row: Sendable {
        var id: Int64
        var isNew: Bool
        var sameKey: Int64?
        var sameDigest: Bool?
        var sameResource: Int64?
        /// Whether the commit has woken whoever listens.
        var hasWoken = false
    }

    /// One task to be stored.
    struct Item: Sendable {
        var action: Int16
        var priority: Int16
        var maxAttempts: Int16?
        var runAt: Date?
        var resourceID: String?
        var requestedBy: String?
        var params: UTF8Text
        var keyed: Bool
        var parked: Bool
        var idempotencyKey: String?
        var digest: [UInt8]?
        /// Where the request came from, when the audit log is to have a line of it.
        var auditOrigin: String?
        /// The action's name, for that line.
        var actionName: ActionName

        /// Whether nothing can stand in its way: no key, no unique place, due at once.
        var isPlain: Bool { !keyed && !needsCare }

        /// Whether it is not simply due at once: to be parked, to wait, or to be stored once only for a key.
        var needsCare: Bool { parked || idempotencyKey != nil || runAt != nil }

        /// Whether it may take an idempotency key for a task that then finds its unique place taken, and must give it back.
        var mayTakeInVain: Bool { keyed && idempotencyKey != nil }

        /// Whether an open transaction can hold a key that it needs.
        var mayWait: Bool { keyed || idempotencyKey != nil }
    }

    static let name = "submit_tasks"
    static let isPlannedOnce = true
    static let sql = """
        WITH patience AS MATERIALIZED (
            SELECT CASE WHEN $14::text IS NOT NULL THEN pg_catalog.set_config('lock_timeout', $14::text, true) END AS chosen
        ), incoming AS MATERIALIZED (
            SELECT muster.next_task_id() AS id, u.*, coalesce(u.run_at, muster.clock()) AS due
            FROM patience CROSS JOIN unnest($1::smallint[], $2::smallint[], $3::smallint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::boolean[],
                $9::boolean[], $10::text[], $11::bytea[], $12::text[], $13::text[]) WITH ORDINALITY
                AS u(action, priority, max_attempts, run_at, resource_id, requested_by, params, keyed, parked, key, digest, origin, name, n)
        ), won_key AS (
            INSERT INTO muster.idempotency (key, id, digest)
            SELECT key, id, digest FROM incoming WHERE key IS NOT NULL ORDER BY key
            ON CONFLICT (key) DO NOTHING RETURNING id
        ), past_key AS MATERIALIZED (
            SELECT * FROM incoming WHERE key IS NULL OR id IN (SELECT id FROM won_key)
        ), won_place AS (
            INSERT INTO muster.unique_task (action, resource_id, id)
            SELECT action, resource_id, id FROM past_key WHERE keyed ORDER BY action, resource_id
            ON CONFLICT (action, resource_id) DO NOTHING RETURNING id
        ), accepted AS MATERIALIZED (
            SELECT * FROM past_key WHERE NOT keyed OR id IN (SELECT id FROM won_place)
        ), body AS (
            INSERT INTO muster.task (id, action, priority, max_attempts, run_at, created_at, resource_id, requested_by, params)
            SELECT id, action, priority, max_attempts, due, muster.clock(), resource_id, requested_by, params FROM accepted
        ), now_due AS (
            INSERT INTO muster.ready (id, run_at, action, priority, keyed)
            SELECT id, due, action, priority, keyed FROM accepted WHERE NOT parked AND due <= muster.clock()
        ), later AS (
            INSERT INTO muster.deferred (id, run_at, action, priority, keyed, reason)
            SELECT id, due, action, priority, keyed, 'scheduled' FROM accepted WHERE NOT parked AND due > muster.clock()
        ), aside AS (
            INSERT INTO muster.parked (id, run_at, parked_at, action, priority, keyed, reason)
            SELECT id, due, muster.clock(), action, priority, keyed, 'no_handler' FROM accepted WHERE parked
        ), audit AS (
            INSERT INTO muster.audit (at, who, origin, verb, subject, action)
            SELECT muster.clock(), pg_catalog.left(coalesce(requested_by, 'unknown'), 250), pg_catalog.left(origin, 60), 'submit', id::text, name FROM accepted
            WHERE origin IS NOT NULL
        )
        SELECT i.id, a.id IS NOT NULL, k.id, k.digest = i.digest, p.id
        FROM incoming i
        LEFT JOIN accepted a ON a.id = i.id
        LEFT JOIN muster.idempotency k ON a.id IS NULL AND k.key = i.key
        LEFT JOIN muster.unique_task p ON a.id IS NULL AND i.keyed AND p.action = i.action AND p.resource_id = i.resource_id
        ORDER BY i.n
        """

    let items: [Item]
    /// How long to wait for each lock before the whole statement fails; nil for as long as the statement may run.
    var patience: Duration?

    func bind(_ binds: inout Binds) {
        binds.add(items.map(\.action))
        binds.add(items.map(\.priority))
        binds.add(items.map(\.maxAttempts))
        binds.add(items.map(\.runAt))
        binds.add(items.map(\.resourceID))
        binds.add(items.map(\.requestedBy))
        binds.add(items.map(\.params))
        binds.add(items.map(\.keyed))
        binds.add(items.map(\.parked))
        binds.add(items.map(\.idempotencyKey))
        binds.add(items.map(\.digest))
        binds.add(items.map(\.auditOrigin))
        binds.add(items.map(\.actionName.rawValue))
        binds.add(patience.map { "\($0.milliseconds)ms" })
    }

    static func decode(_ row: inout RowReader) throws -> Row {
        Row(id: try row.next(), isNew: try row.next(), sameKey: try row.next(), sameDigest: try row.next(), sameResource: try row.next())
    }
}
