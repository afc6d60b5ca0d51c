import ArgumentParser
import Benchmarks

/// `muster bench limit`.
struct BenchLimitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit",
        abstract: "What this PostgreSQL can do: hand-written claim and finish, history kept, and a client that does nothing else.",
        discussion: """
            Tasks of its own small tables are claimed and finished in batches of --batch, on connections that overlap.

            EXAMPLES
              muster bench limit
              muster bench limit --batch 100 --repeats 5
            """)

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.limit]) }
}

/// `muster bench submit`.
struct BenchSubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Bulk submission, beside the same rows by COPY.",
        discussion: """
            Batches of --batch tasks through the library, each durable before it is acknowledged.

            EXAMPLES
              muster bench submit
              muster bench submit --tasks 500000 --batch 1000
            """)

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.submit]) }
}

/// `muster bench one-by-one`.
struct BenchOneByOneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "one-by-one",
        abstract: "Single submissions by 1 and by 16 clients, beside pgbench doing the same.",
        discussion: """
            Needs pgbench, which comes with the server.

            EXAMPLES
              muster bench one-by-one
              muster bench one-by-one --repeats 1 --json
            """)

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.oneByOne]) }
}

/// `muster bench drain`.
struct BenchDrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "One worker process works off what waits, beside the limit in the same run.",
        discussion: """
            Counts from the start of the worker until the store shows every task complete.

            EXAMPLES
              muster bench drain
              muster bench drain --params-bytes 2000
            """)

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.drain]) }
}

/// `muster bench backlog`.
struct BenchBacklogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backlog",
        abstract: "Working off the first 100,000 tasks when as many, ten and fifty times as many wait.",
        discussion: """
            Fills by bulk submission, then vacuums and analyses as a running system would have.

            EXAMPLES
              muster bench backlog
              muster bench backlog --tasks 10000
            """)

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.backlog]) }
}

/// `muster bench bloat`.
struct BenchBloatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bloat",
        abstract: "Working off with an old snapshot held open, in each fifth of the run.",
        discussion: """
            Also with claims of 10 tasks, where an old snapshot hurts most.

            EXAMPLES
              muster bench bloat
              muster bench bloat --tasks 200000 --repeats 1
            """)

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.bloat]) }
}

/// `muster bench latency`.
struct BenchLatencyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract: "From the submitting call to the handler in another process, a task every 10 ms on an idle queue.",
        discussion: """
            Both processes are on this machine and read the same clock.

            EXAMPLES
              muster bench latency
              muster bench latency --seconds 30
            """)

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.latency]) }
}

/// `muster bench steady`.
struct BenchSteadyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steady",
        abstract: "Submitting (--tasks a second) and working off at the same time, for --seconds.",
        discussion: """
            Tells the delays, the size of the hot tables and the time of a claim for each slice of the run.

            EXAMPLES
              muster bench steady --seconds 600
              muster bench steady --tasks 5000 --seconds 60
            """)

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.steady]) }
}

/// `muster bench http`.
struct BenchHTTPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "http",
        abstract: "Submissions over HTTP on 16 connections, each answered after its commit.",
        discussion: """
            The listener is a process of its own with a token of Muster's.

            EXAMPLES
              muster bench http
              muster bench http --clients 4
            """)

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.http]) }
}

/// `muster bench idle`.
struct BenchIdleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idle",
        abstract: "What a worker costs that has nothing to do.",
        discussion: """
            Statements, processor time and memory of one worker in --seconds.

            EXAMPLES
              muster bench idle
              muster bench idle --seconds 60 --json
            """)

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.idle]) }
}

/// `muster bench all`.
struct BenchAllCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "all",
        abstract: "Every benchmark, one after the other: half an hour.",
        discussion: """
            Takes about half an hour; `make bench` runs it and writes docs/benchmarks.md.

            EXAMPLES
              muster bench all
              muster bench all --json > bench.json
            """)

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run(BenchmarkKind.allCases) }
}

/// `muster bench quick`.
struct BenchQuickCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quick",
        abstract: "Every benchmark once and small; fails when drain falls under half the limit measured in the same run.",
        discussion: """
            Small figures are only good for seeing that nothing is broken.

            EXAMPLES
              muster bench quick
            """)

    @Option(help: ArgumentHelp("A PostgreSQL that nobody depends on; else a private one is started.", valueName: "conninfo"))
    var dsn: String?

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let report = try await BenchSession(dsn: dsn, json: output.json).run(BenchmarkKind.allCases) { QuickSuite.options(of: $0) }
        if let complaint = QuickSuite.complaint(about: report.results) { throw CommandFailure(.failed, complaint) }
    }
}
