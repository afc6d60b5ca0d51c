import Postgres
import Scheduler

extension BenchmarkDatabase {
    /// Stores tasks as a client would, in large batches, and leaves tables as they are after a while: vacuumed, analysed, flushed.
    ///
    /// Not measured, so it does not wait for the disk.
    func fill(_ tasks: Int, paramsBytes: Int) async throws {
        var configuration = PostgresConfiguration(conninfo: conninfo)
        configuration.applicationName = "muster-bench fill"
        configuration.settings["synchronous_commit"] = "off"
        configuration.statementTimeout = .seconds(120)
        let client = PostgresClient(configuration, logger: server.logger)
        do {
            try await Submitting.bulk(tasks, batch: 10_000, clients: 2, paramsBytes: paramsBytes, over: client)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
        try await settle()
    }
}

/// Submits through the front door, as an embedding service does.
enum Submitting {
    /// Submits so many tasks, so many in one call, from several callers at once.
    static func bulk(_ tasks: Int, batch: Int, clients: Int, paramsBytes: Int, over client: PostgresClient) async throws {
        let scheduler = try NoOpFleet.scheduler(client: client)
        let params = NoOp.params(bytes: paramsBytes)
        let turns = Turns(total: tasks, each: batch)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<clients {
                group.addTask {
                    while let count = turns.next() {
                        let requests = [TaskRequest](repeating: TaskRequest(action: NoOp.name, params: params), count: count)
                        _ = try await scheduler.submit(requests)
                    }
                }
            }
            try await group.waitForAll()
        }
        await scheduler.drainWakeUps()
    }
}
