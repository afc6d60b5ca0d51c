import Postgres

/// Stores one task that nothing can stand in the way of, as ``SubmitPlain`` stores many; where asked to, its commit wakes whoever listens.
///
/// The cheapest way to store a single task: two inserts, and nothing set up for more. Gives back its id. Locks nothing but its own new
/// rows; waits for nobody unless it wakes, which takes PostgreSQL's notification lock for the time of the commit. Reads no table.
struct SubmitOne: Statement {
    typealias Row = Int64

    static let name = "submit_one"
    static let isPlannedOnce = true
    static let sql = """
        WITH body AS (
            INSERT INTO muster.task (id, action, priority, max_attempts, run_at, created_at, resource_id, requested_by, params)
            VALUES (muster.next_task_id(), $1::smallint, $2::smallint, $3::smallint, muster.clock(), muster.clock(), $4::text, $5::text,
                $6::text)
            RETURNING id, run_at, action, priority, max_attempts, resource_id, requested_by, params
        )
        INSERT INTO muster.ready (id, run_at, action, priority, max_attempts, resource_id, requested_by, params)
        SELECT id, run_at, action, priority, max_attempts, resource_id, requested_by,
            CASE WHEN pg_catalog.octet_length(params) <= \(TravellingParams.mostBytes) THEN params END
        FROM body
        RETURNING id, CASE WHEN $7::text IS NOT NULL THEN pg_catalog.pg_notify('muster', $7::text) END
        """

    let item: SubmitTasks.Item
    /// What to send to whoever listens, once the task is committed.
    let hint: String?

    func bind(_ binds: inout Binds) {
        binds.add(item.action)
        binds.add(item.priority)
        binds.add(item.maxAttempts)
        binds.add(item.resourceID)
        binds.add(item.requestedBy)
        binds.add(item.params)
        binds.add(hint)
    }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
