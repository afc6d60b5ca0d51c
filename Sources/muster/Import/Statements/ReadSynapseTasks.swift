import Postgres

/// Reads the unfinished rows of Synapse's `scheduled_tasks`, oldest write first, with their age by that database's own clock (I6).
///
/// `muster import synapse` calls it. A plain read in a read-only transaction, by the index on `status`; locks nothing. At most 10,000 rows.
/// No rows: Synapse has nothing to do.
struct ReadSynapseTasks: Statement {
    static let name = "read_synapse_tasks"
    static let sql = """
        SELECT id, action, status, resource_id, convert_to(params, 'UTF8'),
            (extract(epoch FROM clock_timestamp()) * 1000)::bigint - timestamp
        FROM scheduled_tasks
        WHERE status IN ('scheduled', 'active')
        ORDER BY timestamp, id
        LIMIT 10000
        """

    static func decode(_ row: inout RowReader) throws -> SynapseTask {
        SynapseTask(
            id: try row.next(), action: try row.next(), status: try row.next(), resourceID: try row.next(), params: try row.next(),
            ageMilliseconds: try row.next())
    }
}
