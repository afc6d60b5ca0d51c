import Postgres

/// Removes what belonged to tasks of dropped partitions: idempotency keys, counters, tries; at most so many of each.
///
/// Only ids before the oldest partition are looked at, and those of kept tasks stay. Locks the rows that it removes; served by the indexes
/// on the task's id. Gives back how many.
struct SweepOrphans: Statement {
    typealias Row = Int64

    static let name = "sweep_orphans"
    static let sql = """
        WITH oldest AS MATERIALIZED (
            SELECT min(from_id) AS id FROM muster.partition
        ), keys AS (
            DELETE FROM muster.idempotency WHERE id = ANY (ARRAY(
                SELECT i.id FROM muster.idempotency i WHERE i.id < (SELECT id FROM oldest)
                    AND NOT EXISTS (SELECT 1 FROM muster.task_default t WHERE t.id = i.id) ORDER BY i.id LIMIT $1::integer)) RETURNING 1
        ), counters AS (
            DELETE FROM muster.progress WHERE id = ANY (ARRAY(
                SELECT g.id FROM muster.progress g WHERE g.id < (SELECT id FROM oldest)
                    AND NOT EXISTS (SELECT 1 FROM muster.task_default t WHERE t.id = g.id) ORDER BY g.id LIMIT $1::integer)) RETURNING 1
        ), tries AS (
            DELETE FROM muster.attempt_end WHERE task = ANY (ARRAY(
                SELECT e.task FROM muster.attempt_end e WHERE e.task < (SELECT id FROM oldest)
                    AND NOT EXISTS (SELECT 1 FROM muster.task_default t WHERE t.id = e.task) ORDER BY e.task LIMIT $1::integer)) RETURNING 1
        )
        SELECT (SELECT count(*) FROM keys) + (SELECT count(*) FROM counters) + (SELECT count(*) FROM tries)
        """

    let limit: Int

    func bind(_ binds: inout Binds) { binds.add(Int32(limit)) }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
