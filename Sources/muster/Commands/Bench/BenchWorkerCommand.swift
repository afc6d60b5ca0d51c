import ArgumentParser
import Benchmarks
import Foundation
import Logging

/// The process under test; the benchmarks start it.
struct BenchWorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "The process under test, on the database of MUSTER_DSN.",
        discussion: """
            Started by the other commands.

            EXAMPLES
              MUSTER_DSN="host=/run/postgresql dbname=bench" muster bench worker
            """, shouldDisplay: false)

    @Option var mark = 0
    @Option var workMs = 0
    @Option var slice = 0
    @Option var concurrency: Int?
    @Option var claimBatch: Int?
    @Option var limit: Int?
    @Flag var latency = false

    func run() async throws {
        guard let dsn = ProcessInfo.processInfo.environment["MUSTER_DSN"], !dsn.isEmpty else {
            throw CommandFailure(.usage, "MUSTER_DSN must name the benchmark's database.")
        }
        var options = WorkerOptions()
        options.mark = mark
        options.workMilliseconds = workMs
        options.slice = slice
        options.concurrency = concurrency
        options.claimBatch = claimBatch
        options.limit = limit
        options.measuresLatency = latency
        let logs = Logs(format: .text, level: .warning, metadata: ["instance": "main"])
        try await BenchmarkWorker(conninfo: dsn, options: options, logger: logs.logger("worker")).run(version: Version.current)
    }
}
