import Glibc
import Postgres

/// Tasks are submitted in bulk through the front door, nobody works on them.
struct SubmitRun: Sendable {
    var tasks: Int
    var batch: Int
    var clients: Int
    var paramsBytes: Int

    /// Submits into a database that is empty.
    func run(_ database: BenchmarkDatabase) async throws -> RunOutcome {
        var configuration = PostgresConfiguration(conninfo: database.conninfo)
        configuration.applicationName = "muster-bench submit"
        configuration.poolSize = clients
        let client = PostgresClient(configuration, logger: database.server.logger)
        // Connections, prepared statements and the roll call are there in a service that runs.
        try await Submitting.bulk(clients * 10, batch: 10, clients: clients, paramsBytes: paramsBytes, over: client)
        let before = try await ServerUsage.read(database)
        let clientBefore = ProcessUsage.cpuSeconds(of: getpid()) ?? 0
        let began = MonotonicTime.now
        do {
            try await Submitting.bulk(tasks, batch: batch, clients: clients, paramsBytes: paramsBytes, over: client)
        } catch {
            await client.shutdown()
            throw error
        }
        let seconds = Double(MonotonicTime.now - began) / 1e9
        let clientAfter = ProcessUsage.cpuSeconds(of: getpid()) ?? 0
        let after = try await ServerUsage.read(database)
        await client.shutdown()
        return RunOutcome(tasks: tasks, seconds: seconds, from: before, to: after, clientSeconds: clientAfter - clientBefore)
    }
}
