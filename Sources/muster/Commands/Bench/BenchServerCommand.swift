import ArgumentParser
import Benchmarks

/// `muster bench server`: the server of the benchmarks, for other programs.
struct BenchServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server",
        abstract: "Start the private PostgreSQL that benchmarks use, print its connection string, and keep it until stopped.",
        discussion: """
            For measuring other queues on the same server, as Benchmarks/peers does.

            EXAMPLES
              muster bench server
            """)

    func run() async throws {
        let stop = StopSwitch()
        let signals = StopSignals(first: { _ in stop.stop() })
        defer { withExtendedLifetime(signals) {} }
        let work = Task {
            try await BenchmarkServer.withPrivate { conninfo in
                Printer.line(conninfo)
                try Printer.requireOutput()
                // Until it is stopped, which cancels.
                while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
            }
        }
        stop.whileStarting { work.cancel() }
        do {
            try await work.value
        } catch  where stop.isStopped {
            // Stopped, as asked.
        }
    }
}
