import Foundation
import Postgres

/// The one statement that an idle worker sends: which lines have a task to claim, which is the first of each, and when is the next
/// deferred task due.
///
/// A line is looked at from a given place on, and so are deferred tasks, so that what a long transaction keeps of claimed and promoted tasks
/// is not walked over again. Locks nothing. Served by `ready_claim` (one descent a line) and `deferred_due` (its first entry). Always at least one row: without a line,
/// nothing is ready.
struct FindReady: Statement {
    /// The first task of one line, beside what is the same in all rows.
    struct Row: Sendable {
        /// When the first deferred task is due.
        var nextDue: Date?
        var clock: Date
        var first: ClaimStart?
    }

    static let name = "find_ready"
    static let sql = """
        SELECT
            d.clock, n.run_at, l.action, l.priority, l.run_at, l.id
        FROM (SELECT muster.clock() AS clock) d
        LEFT JOIN LATERAL (
            SELECT f.run_at FROM muster.deferred f WHERE f.run_at >= $5::timestamptz ORDER BY f.run_at LIMIT 1
        ) n ON true
        LEFT JOIN (
            SELECT mine.action, mine.priority, r.run_at, r.id
            FROM unnest($1::smallint[], $2::smallint[], $3::timestamptz[], $4::bigint[]) AS mine(action, priority, run_at, id)
            CROSS JOIN LATERAL (
                SELECT q.run_at, q.id FROM muster.ready q
                WHERE q.action = mine.action AND q.priority = mine.priority AND (q.run_at, q.id) >= (mine.run_at, mine.id)
                    AND q.crashes < $6::smallint
                ORDER BY q.run_at, q.id
                LIMIT 1
            ) r
        ) l ON true
        """

    let starts: [ClaimStart]
    /// Deferred tasks that are due earlier are not looked for.
    var dueFrom = ClaimKey.lowest.runAt
    /// Tasks that saw so many processes die are not looked for, as ``ClaimTasks`` would not take them.
    var belowCrashes = Int16.max

    func bind(_ binds: inout Binds) {
        binds.add(starts)
        binds.add(dueFrom)
        binds.add(belowCrashes)
    }

    static func decode(_ row: inout RowReader) throws -> Row {
        let clock: Date = try row.next()
        let next: Date? = try row.next()
        let (action, priority, runAt, id): (Int16?, Int16?, Date?, Int64?) = (
            try row.next(), try row.next(), try row.next(), try row.next()
        )
        guard let action, let priority, let runAt, let id else { return Row(nextDue: next, clock: clock) }
        let first = ClaimStart(line: ClaimLine(action: action, priority: priority), key: ClaimKey(runAt: runAt, id: id))
        return Row(nextDue: next, clock: clock, first: first)
    }
}

extension Binds {
    /// Adds places in lines as four arrays: actions, priorities, `run_at`, ids.
    mutating func add(_ starts: [ClaimStart]) {
        add(starts.map(\.line.action))
        add(starts.map(\.line.priority))
        add(starts.map(\.key.runAt))
        add(starts.map(\.key.id))
    }
}
