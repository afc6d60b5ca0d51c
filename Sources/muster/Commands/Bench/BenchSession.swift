import Benchmarks
import Foundation

/// Runs benchmarks from the command line: server, progress on standard error, table or JSON on standard output.
struct BenchSession: Sendable {
    /// A server that nobody depends on; nil starts a private one.
    let dsn: String?
    /// Whether standard output is for a program.
    let json: Bool

    /// Runs these kinds, each with what is chosen for it, prints them, and gives back what it printed.
    @discardableResult
    func run(_ kinds: [BenchmarkKind], choose: @escaping @Sendable (BenchmarkKind) -> BenchmarkOptions) async throws -> BenchmarkReport {
        if BenchmarkReport.ownBuild == "debug" {
            Printer.remark("This is a debug build: its figures say nothing. Build with `swift build -c release --product muster`.")
        }
        let started = Date()
        let machine = MachineDescription.current(folder: FileManager.default.temporaryDirectory.path)
        let isQuiet = json
        let dsn = self.dsn ?? ProcessInfo.processInfo.environment["MUSTER_BENCH_DSN"].flatMap { $0.isEmpty ? nil : $0 }
        let logger = Logs.forCommands.logger("bench")
        let report = try await BenchmarkServer.with(dsn: dsn, logger: logger) { server in
            var results: [BenchmarkResult] = []
            for kind in kinds {
                let suite = BenchmarkSuite(
                    server: server, options: choose(kind), withHTTPTarget: { try await BenchHTTPTarget.with($0, $1) },
                    progress: { line in if !isQuiet { Printer.remark("  " + line) } })
                results += try await suite.run(kind)
            }
            return BenchmarkReport(
                startedAt: started, machine: machine, server: server.description, build: BenchmarkReport.ownBuild,
                version: Version.current, results: results)
        }
        if isQuiet { try Printer.json(report) } else { Printer.lines(BenchTable.lines(report, on: .output)) }
        return report
    }
}
