import ArgumentParser
import Benchmarks
import Foundation

/// The options that all benchmarks share.
struct BenchOptions: ParsableArguments {
    @Option(help: "Tasks of one run; else what suits the benchmark.")
    var tasks: Int?

    @Option(help: "Runs of each measurement; the table has their median and range.")
    var repeats = 3

    @Option(help: "The size of each task's params, 10 to 60000.")
    var paramsBytes = 60

    @Option(help: "How many milliseconds each handler sleeps.")
    var workMs = 0

    @Option(help: "Tasks of one call, or of one claim of the limit.")
    var batch: Int?

    @Option(help: "Attempts at once in the worker; else what Muster ships.")
    var concurrency: Int?

    @Option(help: "How many connections submit, or clients the limit has.")
    var clients: Int?

    @Option(help: "How many seconds a measurement by time goes on.")
    var seconds: Int?

    @Option(help: ArgumentHelp("A PostgreSQL that nobody depends on; else a private one is started.", valueName: "conninfo"))
    var dsn: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        let numbers: [(String, Int?, ClosedRange<Int>)] = [
            ("--tasks", tasks, 1...100_000_000), ("--repeats", repeats, 1...100), ("--params-bytes", paramsBytes, 10...60_000),
            ("--work-ms", workMs, 0...60_000), ("--batch", batch, 1...10_000), ("--concurrency", concurrency, 1...100_000),
            ("--clients", clients, 1...64), ("--seconds", seconds, 1...86_400),
        ]
        for (name, value, range) in numbers {
            guard let value, !range.contains(value) else { continue }
            throw ValidationError("\(name) must be \(range.lowerBound) to \(range.upperBound).")
        }
    }

    /// The same as a value.
    var values: BenchmarkOptions {
        var options = BenchmarkOptions()
        options.tasks = tasks
        options.repeats = repeats
        options.paramsBytes = paramsBytes
        options.workMilliseconds = workMs
        options.batch = batch
        options.concurrency = concurrency
        options.clients = clients
        options.seconds = seconds
        return options
    }

    /// Runs these kinds with the options.
    func run(_ kinds: [BenchmarkKind]) async throws {
        let values = values
        try await BenchSession(dsn: dsn, json: output.json).run(kinds) { _ in values }
    }
}
