import Foundation
import Postgres

/// Parks tasks whose params this build cannot read; their attempts are given back (I3).
///
/// Deletes each claim by id, attempt, incarnation and `run_at`, which moves on by a microsecond for the reason that ``DeferAttempts`` gives.
/// `unread_by` names the build that could not read it: a build that has not tried yet takes it out again, so that each tries once. A claim
/// that is no longer there is left out of the answer. Locks the claims; served by the primary key of `active`.
struct ParkAttempts: Statement {
    typealias Row = Int64

    /// One attempt that this build could not begin.
    struct Item: Sendable {
        var id: Int64
        var attempt: Int16
        /// As the claim said.
        var runAt: Date
        /// The build: version, a space, schema digest.
        var unreadBy: String
        var note: String
    }

    static let name = "park_attempts"
    static let sql = """
        WITH ended AS (
            DELETE FROM muster.active a
            USING unnest($2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::timestamptz[]) AS o(id, attempt, unread_by, note, run_at)
            WHERE a.id = o.id AND a.attempt = o.attempt AND a.incarnation = $1::uuid AND a.run_at = o.run_at
            RETURNING a.*, o.unread_by, o.note
        ), aside AS (
            INSERT INTO muster.parked
                (id, run_at, parked_at, action, priority, attempt, failures, crashes, interruptions, keyed, reason, note)
            SELECT id, run_at + interval '1 microsecond', muster.clock(), action, priority, attempt - 1, failures, crashes, interruptions, keyed,
                'schema_mismatch', note
            FROM ended
        ), tries AS (
            INSERT INTO muster.attempt_end (task, attempt, outcome, incarnation, started_at, ended_at, error, unread_by)
            SELECT id, attempt, 'parked', incarnation, started_at, muster.clock(), note, unread_by FROM ended
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
        binds.add(items.map(\.unreadBy))
        binds.add(items.map(\.note))
        binds.add(items.map(\.runAt))
    }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
