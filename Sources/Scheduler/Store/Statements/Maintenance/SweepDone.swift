import Postgres

/// Removes finished tasks whose retention has passed, with all that belongs to them, at most so many at once.
///
/// Locks the rows that it removes, skipping locked ones. Finds them by `done_by_time`, and the rest by primary keys.
struct SweepDone: Statement {
    typealias Row = Int64

    static let name = "sweep_done"
    static let sql = """
        WITH old AS (
            DELETE FROM muster.done WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM muster.done
                WHERE finished_at < muster.clock() - least($1::bigint, $2::bigint, $3::bigint) * interval '1 ms'
                    AND finished_at < muster.clock() - CASE status
                        WHEN 'complete' THEN $1::bigint WHEN 'failed' THEN $2::bigint ELSE $3::bigint END * interval '1 ms'
                LIMIT $4::integer FOR UPDATE SKIP LOCKED
            )) RETURNING id
        ), body AS (DELETE FROM muster.task t USING old WHERE t.id = old.id),
        counters AS (DELETE FROM muster.progress g USING old WHERE g.id = old.id),
        tries AS (DELETE FROM muster.attempt_end e USING old WHERE e.task = old.id),
        keys AS (DELETE FROM muster.idempotency i USING old WHERE i.id = old.id)
        SELECT count(*) FROM old
        """

    let retention: RetentionPolicy
    let limit: Int

    func bind(_ binds: inout Binds) {
        binds.add(retention.complete.milliseconds)
        binds.add(retention.failed.milliseconds)
        binds.add(retention.cancelled.milliseconds)
        binds.add(Int32(limit))
    }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
