import Benchmarks
import Foundation

/// Runs benchmarks from the command line: server, progress on standard error, table or JSON on standard output.
struct BenchSession: Sendable {
    let options: BenchOptions

    /// Runs these kinds, prints them, and gives back what it printed.
    @discardableResult
    func run(_ kinds: [BenchmarkKind]) async throws -> BenchmarkReport {
        if BenchmarkReport.ownBuild == "debug" {
            Printer.remark("This is a debug build: its figures say nothing. Build with `swift build -c release --product muster`.")
        }
        let started = Date()
        let machine = MachineDescription.current(folder: FileManager.default.temporaryDirectory.path)
        let (values, isQuiet) = (options.values, options.output.json)
        let dsn = options.dsn ?? ProcessInfo.processInfo.environment["MUSTER_BENCH_DSN"].flatMap { $0.isEmpty ? nil : $0 }
        let logger = Logs.forCommands.logger("bench")
        let report = try await BenchmarkServer.with(dsn: dsn, logger: logger) { server in
            let suite = BenchmarkSuite(
                server: server, options: values, withHTTPTarget: { try await BenchHTTPTarget.with($0, $1) },
                progress: { line in if !isQuiet { Printer.remark("  " + line) } })
            var results: [BenchmarkResult] = []
            for kind in kinds { results += try await suite.run(kind) }
            return BenchmarkReport(
                startedAt: started, machine: machine, server: server.description, build: BenchmarkReport.ownBuild,
                version: Version.current, results: results)
        }
        if isQuiet { try Printer.json(report) } else { Printer.lines(BenchTable.lines(report, on: .output)) }
        return report
    }
}
