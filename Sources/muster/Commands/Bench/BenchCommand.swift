import ArgumentParser

/// `muster bench`: how fast it is, here.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure the queue on this machine, beside what PostgreSQL itself can do.",
        discussion: """
            Starts a private PostgreSQL, or works on the server of --dsn in databases of its own, which are removed again. Handlers do \
            nothing unless --work-ms is given, and the worker is a process of its own with the settings that Muster ships. Build with \
            -c release: figures of a debug build say nothing.

            EXAMPLES
              muster bench drain
              muster bench drain --tasks 1000000 --params-bytes 2000 --json
              muster bench limit --batch 1000
              muster bench submit --dsn "host=/run/postgresql dbname=postgres"
            """,
        subcommands: [
            BenchLimitCommand.self, BenchSubmitCommand.self, BenchOneByOneCommand.self, BenchDrainCommand.self, BenchBacklogCommand.self,
            BenchBloatCommand.self, BenchLatencyCommand.self, BenchSteadyCommand.self, BenchHTTPCommand.self, BenchIdleCommand.self,
            BenchAllCommand.self, BenchQuickCommand.self, BenchReportCommand.self, BenchServerCommand.self, BenchWorkerCommand.self,
        ])
}
