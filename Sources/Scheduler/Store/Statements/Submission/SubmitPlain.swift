import Postgres

/// Stores tasks that nothing can stand in the way of: without keys, without unique places, due at once, with no line in the audit log.
///
/// Gives back their ids in order. A fraction of ``SubmitTasks`` in what the server has to set up, which is most of the cost of a small
/// batch; ``SubmitOne`` has even less. Locks nothing but its own new rows and waits for nobody; reads no table.
struct SubmitPlain: Statement {
    typealias Row = Int64

    static let name = "submit_plain"
    static let isPlannedOnce = true
    static let sql = """
        WITH moment AS MATERIALIZED (
            SELECT muster.task_moment() AS upper, muster.clock() AS now
        ), incoming AS MATERIALIZED (
            SELECT m.upper | (pg_catalog.nextval('muster.task_number') & 524287::bigint) AS id, m.now, u.*
            FROM moment m CROSS JOIN unnest($1::smallint[], $2::smallint[], $3::smallint[], $4::text[], $5::text[], $6::text[])
                WITH ORDINALITY AS u(action, priority, max_attempts, resource_id, requested_by, params, n)
        ), body AS (
            INSERT INTO muster.task (id, action, priority, max_attempts, run_at, created_at, resource_id, requested_by, params)
            SELECT id, action, priority, max_attempts, now, now, resource_id, requested_by, params FROM incoming
        ), due AS (
            INSERT INTO muster.ready (id, run_at, action, priority, max_attempts, resource_id, requested_by, params)
            SELECT id, now, action, priority, max_attempts, resource_id, requested_by,
                CASE WHEN pg_catalog.octet_length(params) <= \(TravellingParams.mostBytes) THEN params END
            FROM incoming
        )
        SELECT id FROM incoming ORDER BY n
        """

    let items: [SubmitTasks.Item]

    func bind(_ binds: inout Binds) {
        binds.add(items.map(\.action))
        binds.add(items.map(\.priority))
        binds.add(items.map(\.maxAttempts))
        binds.add(items.map(\.resourceID))
        binds.add(items.map(\.requestedBy))
        binds.add(items.map(\.params))
    }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
