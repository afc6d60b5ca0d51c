import Foundation
import Postgres

/// Takes due tasks as ``ClaimTasks`` does, but of some actions no more than there is room for.
///
/// Sent in the transaction that holds the turn of those actions (``LockLimits``) and has counted their room (``FindRoom``). Marks what it
/// takes of them as limited, so that it is counted. Everything else is as there.
struct ClaimWithin: Statement {
    typealias Row = ClaimTasks.Row

    static let name = "claim_within"
    static let sql = """
        WITH looked AS (
            SELECT r.place, mine.action, mine.priority, r.run_at, r.id, l.room
            FROM (
                SELECT * FROM unnest($1::smallint[], $2::smallint[], $3::timestamptz[], $4::bigint[]) AS u(action, priority, run_at, id)
                ORDER BY priority
            ) mine
            LEFT JOIN unnest($9::smallint[], $10::integer[]) AS l(action, room) ON l.action = mine.action
            CROSS JOIN LATERAL (
                SELECT q.ctid AS place, q.run_at, q.id FROM muster.ready q
                WHERE q.action = mine.action AND q.priority = mine.priority AND (q.run_at, q.id) >= (mine.run_at, mine.id)
                    AND q.crashes < $8::smallint
                ORDER BY q.run_at, q.id
                LIMIT least($5::integer, l.room)
                FOR UPDATE SKIP LOCKED
            ) r
            WHERE EXISTS (
                SELECT 1 FROM muster.process p
                WHERE p.incarnation = $6::uuid AND p.state = 'running' AND p.beat_at > muster.clock() - $7::bigint::float8 * interval '1 ms'
            )
        ), best AS (
            SELECT place FROM (
                SELECT place, priority, run_at, id, room, pg_catalog.row_number() OVER (PARTITION BY action ORDER BY priority, run_at, id) AS number
                FROM looked
            ) n
            WHERE room IS NULL OR number <= room
            ORDER BY priority, run_at, id
            LIMIT $5::integer
        ), \(ClaimTasks.taking), claimed AS (
            INSERT INTO muster.active
                (id, run_at, started_at, incarnation, action, priority, attempt, failures, crashes, interruptions, keyed, limited, mark)
            SELECT id, run_at, muster.clock(), $6::uuid, action, priority, attempt + 1, failures, crashes, interruptions, keyed,
                \(ClaimTasks.mark("$11::bigint", limited: "$9::smallint[]"))
            FROM taken
        )
        \(ClaimTasks.answer)
        """

    let claim: ClaimTasks
    let rooms: [(action: Int16, room: Int32)]
    /// From ``FindRoom``.
    let mark: Int64

    func bind(_ binds: inout Binds) {
        claim.bind(&binds)
        binds.add(rooms.map(\.action))
        binds.add(rooms.map(\.room))
        binds.add(mark)
    }

    static func decode(_ row: inout RowReader) throws -> ClaimTasks.Row { try ClaimTasks.decode(&row) }
}
