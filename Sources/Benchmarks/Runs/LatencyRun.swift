import Foundation
import Postgres
import Scheduler

/// One task at a time on a queue that is idle: from the start of the submitting call to the start of the handler in the other process.
struct LatencyRun: Sendable {
    var seconds: Int
    var paramsBytes: Int
    var worker: WorkerOptions
    /// From one submission to the next.
    var period: Duration = .milliseconds(10)

    /// Submits at a steady pace and reads what the process under test has counted.
    func run(_ database: BenchmarkDatabase) async throws -> Durations {
        var options = worker
        options.measuresLatency = true
        options.mark = 1
        let configured = options
        return try await WorkerProcess.with(configured, on: database) { process in
            _ = try await process.ready()
            var configuration = PostgresConfiguration(conninfo: database.conninfo)
            configuration.applicationName = "muster-bench submit"
            let client = PostgresClient(configuration, logger: database.server.logger)
            let warmUp = 20
            let count = warmUp + seconds * Int(Duration.seconds(1) / period)
            do {
                let scheduler = try NoOpFleet.scheduler(client: client)
                for _ in 0..<warmUp { try await submit(at: 0, scheduler) }
                _ = try await process.handled(warmUp)
                try await pace(count - warmUp, scheduler)
                _ = try await process.handled(count)
            } catch {
                await client.shutdown()
                throw error
            }
            await client.shutdown()
            var delays = Durations()
            await process.stop { if case .delays(let counted, _) = $0 { delays.add(counted) } }
            return delays
        }
    }

    private func pace(_ count: Int, _ scheduler: TaskScheduler) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        for number in 0..<count {
            try await clock.sleep(until: start + period * number, tolerance: .zero)
            try await submit(at: MonotonicTime.now, scheduler)
        }
    }

    private func submit(at time: Int64, _ scheduler: TaskScheduler) async throws {
        let params = NoOp.params(at: time, bytes: paramsBytes)
        _ = try await scheduler.submit(TaskRequest(action: NoOp.name, params: params))
    }
}
