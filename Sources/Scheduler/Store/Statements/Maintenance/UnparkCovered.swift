import Postgres

/// Makes parked tasks ready again: those of actions that a live process may run now, at most so many at once (I3).
///
/// What waits for a person since its database was adopted stays. A task that was parked because a build could not read its params waits for a build on its route that has not tried yet. Attempts and counters are
/// untouched. Locks the rows that it moves, skipping those that another process moves; served by `parked_by_action`.
struct UnparkCovered: Statement {
    typealias Row = (action: Int16, count: Int64)

    static let name = "unpark_covered"
    static let sql = """
        WITH chosen AS (
            DELETE FROM muster.parked WHERE ctid = ANY (ARRAY(
                SELECT k.ctid FROM muster.parked k JOIN muster.action n ON n.id = k.action
                WHERE k.action = ANY ($1::smallint[])
                    AND (k.reason = 'no_handler' OR k.reason = 'schema_mismatch' AND EXISTS (
                        SELECT 1 FROM unnest($1::smallint[], $4::text[]) AS c(action, instance)
                        JOIN muster.process p ON p.instance = c.instance
                        JOIN muster.process_handler h ON h.incarnation = p.incarnation AND h.action = n.name AND h.ready
                        WHERE c.action = k.action AND p.state = 'running'
                            AND p.beat_at > muster.clock() - $3::bigint::float8 * interval '1 ms'
                            AND NOT EXISTS (
                                SELECT 1 FROM muster.attempt_end e
                                WHERE e.task = k.id AND e.unread_by = p.version || ' ' || h.schema_digest)))
                LIMIT $2::integer FOR UPDATE OF k SKIP LOCKED
            )) RETURNING *
        ), again AS (
            INSERT INTO muster.ready (id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed)
            SELECT id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed FROM chosen WHERE run_at <= muster.clock()
            RETURNING action
        ), later AS (
            INSERT INTO muster.deferred (id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed, reason)
            SELECT id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed, 'scheduled' FROM chosen
            WHERE run_at > muster.clock()
            RETURNING action
        )
        SELECT action, pg_catalog.count(*) FROM (SELECT action FROM again UNION ALL SELECT action FROM later) moved GROUP BY action
        """

    /// Which instance can run which action: pairs, in step with `instances`.
    let actions: [Int16]
    let instances: [String]
    let limit: Int
    let deadAfter: Duration

    func bind(_ binds: inout Binds) {
        binds.add(actions)
        binds.add(Int32(limit))
        binds.add(deadAfter.milliseconds)
        binds.add(instances)
    }

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}
