import Foundation

/// A worker process that has nothing to do: what it costs.
struct IdleRun: Sendable {
    var seconds: Int
    var worker: WorkerOptions

    /// What a window of idleness came to.
    struct Outcome: Sendable {
        var statementsPerSecond: Double
        var cpuPercent: Double
        var serverCPUPercent: Double?
        var residentMiB: Double
    }

    /// Starts a worker, waits until it has settled, and watches it.
    func run(_ database: BenchmarkDatabase) async throws -> Outcome {
        try await WorkerProcess.with(worker, on: database) { process in
            _ = try await process.ready()
            // The first heartbeats, plans and connections are part of the start.
            try await Task.sleep(for: .seconds(min(6, seconds)))
            let before = try await ServerUsage.read(database)
            let cpuBefore = ProcessUsage.cpuSeconds(of: process.id) ?? 0
            try await Task.sleep(for: .seconds(seconds))
            let cpuAfter = ProcessUsage.cpuSeconds(of: process.id) ?? 0
            let resident = ProcessUsage.residentMiB(of: process.id) ?? 0
            let after = try await ServerUsage.read(database)
            let window = Double(after.at - before.at) / 1e9
            // The readings themselves are a few statements of this process, which the count leaves out where it can tell them apart.
            return Outcome(
                statementsPerSecond: Double(after.statementCount(since: before)) / window,
                cpuPercent: (cpuAfter - cpuBefore) / window * 100,
                serverCPUPercent: after.serverMicroseconds(since: before, tasks: 1).map { $0 / 1e6 / window * 100 },
                residentMiB: resident)
        }
    }
}
