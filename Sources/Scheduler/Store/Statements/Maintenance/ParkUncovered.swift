import Postgres

/// Moves ready tasks of actions that no live process may run aside, at most so many at once (I3).
///
/// Their counters stay as they are. Locks the rows that it moves, skipping those that a claim holds; served by `ready_claim`.
struct ParkUncovered: Statement {
    typealias Row = (action: Int16, count: Int64)

    static let name = "park_uncovered"
    static let sql = """
        WITH aside AS (
            DELETE FROM muster.ready WHERE ctid = ANY (ARRAY(
                SELECT r.place FROM pg_catalog.unnest($1::smallint[]) AS gone(action)
                CROSS JOIN LATERAL (
                    SELECT ctid AS place FROM muster.ready q WHERE q.action = gone.action
                    ORDER BY q.priority, q.run_at, q.id LIMIT $2::integer FOR UPDATE SKIP LOCKED
                ) r
            )) RETURNING *
        ), parked AS (
            INSERT INTO muster.parked
                (id, run_at, parked_at, action, priority, attempt, failures, crashes, interruptions, keyed, reason, note)
            SELECT id, run_at, muster.clock(), action, priority, attempt, failures, crashes, interruptions, keyed, 'no_handler', $3::text FROM aside
            RETURNING action
        )
        SELECT action, pg_catalog.count(*) FROM parked GROUP BY action
        """

    let actions: [Int16]
    let limit: Int
    /// What is shown beside the reason.
    var note: String?

    func bind(_ binds: inout Binds) {
        binds.add(actions)
        binds.add(Int32(limit))
        binds.add(note)
    }

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}
