import ArgumentParser
import Benchmarks

/// `muster bench limit`.
struct BenchLimitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit",
        abstract: "What this PostgreSQL can do: hand-written claim and finish, history kept, and a client that does nothing else.")

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.limit]) }
}

/// `muster bench submit`.
struct BenchSubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "submit", abstract: "Bulk submission, beside the same rows by COPY.")

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.submit]) }
}

/// `muster bench one-by-one`.
struct BenchOneByOneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "one-by-one", abstract: "Single submissions by 1 and by 16 clients, beside pgbench doing the same.")

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.oneByOne]) }
}

/// `muster bench drain`.
struct BenchDrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "One worker process works off what waits, beside the limit in the same run.")

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.drain]) }
}

/// `muster bench backlog`.
struct BenchBacklogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backlog", abstract: "Working off the first 100,000 tasks when as many, ten and fifty times as many wait.")

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.backlog]) }
}

/// `muster bench bloat`.
struct BenchBloatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bloat", abstract: "Working off with an old snapshot held open, in each fifth of the run.")

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.bloat]) }
}

/// `muster bench latency`.
struct BenchLatencyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency", abstract: "From the submitting call to the handler in another process, a task every 10 ms on an idle queue."
    )

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.latency]) }
}

/// `muster bench steady`.
struct BenchSteadyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steady", abstract: "Submitting (--tasks a second) and working off at the same time, for --seconds.")

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.steady]) }
}

/// `muster bench http`.
struct BenchHTTPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "http", abstract: "Submissions over HTTP on 16 connections, each answered after its commit.")

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.http]) }
}

/// `muster bench idle`.
struct BenchIdleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "idle", abstract: "What a worker costs that has nothing to do.")

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run([.idle]) }
}

/// `muster bench all`.
struct BenchAllCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "all", abstract: "Every benchmark, one after the other: half an hour.")

    @OptionGroup var options: BenchOptions

    func run() async throws { try await options.run(BenchmarkKind.allCases) }
}

/// `muster bench quick`.
struct BenchQuickCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quick",
        abstract: "Every benchmark once and small; fails when drain falls under half the limit measured in the same run.")

    @Option(help: ArgumentHelp("A PostgreSQL that nobody depends on; else a private one is started.", valueName: "conninfo"))
    var dsn: String?

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let report = try await BenchSession(dsn: dsn, json: output.json).run(BenchmarkKind.allCases) { QuickSuite.options(of: $0) }
        if let complaint = QuickSuite.complaint(about: report.results) { throw CommandFailure(.failed, complaint) }
    }
}
