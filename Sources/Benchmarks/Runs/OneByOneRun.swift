import Foundation
import Postgres
import Scheduler

/// Callers that submit one task after another, each waiting for its commit.
struct OneByOneRun: Sendable {
    var clients: Int
    var seconds: Int
    var paramsBytes: Int

    /// Submits for the given time.
    ///
    /// - Parameter onceWarm: called when connections and statements are there, before the time begins
    func run(
        _ database: BenchmarkDatabase, onceWarm: () async throws -> Void
    ) async throws -> (outcome: RunOutcome, latency: Durations) {
        var configuration = PostgresConfiguration(conninfo: database.conninfo)
        configuration.applicationName = "muster-bench submit"
        configuration.poolSize = clients
        let client = PostgresClient(configuration, logger: database.server.logger)
        do {
            try await Submitting.bulk(clients * 10, batch: 1, clients: clients, paramsBytes: paramsBytes, over: client)
            try await onceWarm()
            let result = try await measure(database, client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    private func measure(_ database: BenchmarkDatabase, _ client: PostgresClient) async throws -> (RunOutcome, Durations) {
        let scheduler = try NoOpFleet.scheduler(client: client)
        let request = TaskRequest(action: NoOp.name, params: NoOp.params(bytes: paramsBytes))
        let before = try await ServerUsage.read(database)
        let cpuBefore = ProcessUsage.cpuSeconds(of: getpid()) ?? 0
        let began = MonotonicTime.now
        let end = began + Int64(seconds) * 1_000_000_000
        let delays = try await withThrowingTaskGroup(of: Durations.self) { group in
            for _ in 0..<clients {
                group.addTask {
                    var delays = Durations()
                    while case let start = MonotonicTime.now, start < end {
                        _ = try await scheduler.submit(request)
                        delays.add(nanoseconds: MonotonicTime.now - start)
                    }
                    return delays
                }
            }
            return try await group.reduce(into: Durations()) { $0.add($1) }
        }
        let took = Double(MonotonicTime.now - began) / 1e9
        let cpuAfter = ProcessUsage.cpuSeconds(of: getpid()) ?? 0
        let after = try await ServerUsage.read(database)
        await scheduler.drainWakeUps()
        return (RunOutcome(tasks: delays.count, seconds: took, from: before, to: after, clientSeconds: cpuAfter - cpuBefore), delays)
    }
}
