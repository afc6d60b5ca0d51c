import Postgres

/// Stores a large batch of plain tasks by COPY, within the caller's transaction, and gives back their ids in order.
///
/// The server writes rows of a COPY many at a time, which halves its work against an INSERT of arrays; below some hundred tasks the
/// additional round trips outweigh that. Locks nothing but its own new rows and waits for nobody.
enum CopyTasks {
    static func run(_ items: [SubmitTasks.Item], on connection: isolated PostgresConnection) throws -> [Int64] {
        let blocks = try connection.run(ReserveIDs(count: items.count)).sorted { $0.first < $1.first }
        guard let now = blocks.first?.now else { return [] }
        let ids = items.indices.map { index in
            blocks[index / ReserveIDs.blockSize].first + Int64(index % ReserveIDs.blockSize)
        }
        let bodies = ["id", "action", "priority", "max_attempts", "run_at", "created_at", "resource_id", "requested_by", "params"]
        _ = try connection.runCopyIn("muster.task", columns: bodies, count: items.count) { index, rows in
            rows.begin()
            rows.add(ids[index])
            rows.add(items[index].action)
            rows.add(items[index].priority)
            rows.add(items[index].maxAttempts)
            rows.add(now)
            rows.add(now)
            rows.add(items[index].resourceID)
            rows.add(items[index].requestedBy)
            rows.add(items[index].params)
        }
        let lines = ["id", "run_at", "action", "priority", "max_attempts", "resource_id", "requested_by", "params"]
        _ = try connection.runCopyIn("muster.ready", columns: lines, count: items.count) { index, rows in
            rows.begin()
            rows.add(ids[index])
            rows.add(now)
            rows.add(items[index].action)
            rows.add(items[index].priority)
            rows.add(items[index].maxAttempts)
            rows.add(items[index].resourceID)
            rows.add(items[index].requestedBy)
            rows.add(TravellingParams.of(items[index].params))
        }
        return ids
    }
}
