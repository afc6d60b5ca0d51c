import Postgres

/// Removes what belonged to tasks of dropped partitions: idempotency keys, counters, tries; at most so many of each.
///
/// Looked at are the ids before the oldest partition and between two others: one that may not go yet does not keep what belonged to those
/// dropped after it. What belongs to tasks that were moved aside stays. Locks the rows that it removes; served by the indexes on the task's
/// id. Gives back how many.
struct SweepOrphans: Statement {
    typealias Row = Int64

    static let name = "sweep_orphans"
    static let sql = """
        WITH gaps AS MATERIALIZED (
            SELECT * FROM (
                SELECT pg_catalog.lag(until_id, 1, -9223372036854775808) OVER (ORDER BY from_id) AS from_id, from_id AS until_id FROM muster.partition
            ) between_two WHERE from_id < until_id
        ), keys AS (
            DELETE FROM muster.idempotency WHERE id = ANY (ARRAY(
                SELECT o.id FROM gaps CROSS JOIN LATERAL (
                    SELECT i.id FROM muster.idempotency i
                    WHERE i.id >= gaps.from_id AND i.id < gaps.until_id
                        AND NOT EXISTS (SELECT 1 FROM muster.task_default t WHERE t.id = i.id)
                    ORDER BY i.id LIMIT $1::integer
                ) o LIMIT $1::integer)) RETURNING 1
        ), counters AS (
            DELETE FROM muster.progress WHERE id = ANY (ARRAY(
                SELECT o.id FROM gaps CROSS JOIN LATERAL (
                    SELECT i.id FROM muster.progress i
                    WHERE i.id >= gaps.from_id AND i.id < gaps.until_id
                        AND NOT EXISTS (SELECT 1 FROM muster.task_default t WHERE t.id = i.id)
                    ORDER BY i.id LIMIT $1::integer
                ) o LIMIT $1::integer)) RETURNING 1
        ), tries AS (
            DELETE FROM muster.attempt_end WHERE task = ANY (ARRAY(
                SELECT o.task FROM gaps CROSS JOIN LATERAL (
                    SELECT i.task FROM muster.attempt_end i
                    WHERE i.task >= gaps.from_id AND i.task < gaps.until_id
                        AND NOT EXISTS (SELECT 1 FROM muster.task_default t WHERE t.id = i.task)
                    ORDER BY i.task LIMIT $1::integer
                ) o LIMIT $1::integer)) RETURNING 1
        )
        SELECT (SELECT pg_catalog.count(*) FROM keys) + (SELECT pg_catalog.count(*) FROM counters) + (SELECT pg_catalog.count(*) FROM tries)
        """

    let limit: Int

    func bind(_ binds: inout Binds) { binds.add(Int32(limit)) }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
