import ArgumentParser

/// `muster demo`: the main job, end to end, without any configuration.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "See it work: a redact and a purge on a sandbox homeserver, without any configuration.",
        discussion: """
            Starts a private PostgreSQL in a temporary folder and a sandbox homeserver with rooms, users and a spammer's messages, then \
            main and background_worker as real processes; submits a redact and a purge over REST, shows their progress, and reads the \
            result back from the homeserver. Everything is stopped and removed at the end. Needs PostgreSQL's server programs installed.

            EXAMPLES
              muster demo
              muster demo --exit
              muster demo --exit --json
            """)

    @Flag(help: "End when the work is done, with 0 only if both tasks are complete and the homeserver agrees.")
    var exit = false

    @Option(help: "How long the work may take.")
    var timeout = DurationArgument(duration: .seconds(120))

    @OptionGroup var output: OutputOptions

    func run() async throws {
        // The sandbox homeserver listens in this very process.
        OpenFileLimit.raise()
        let stop = StopSwitch()
        let signals = StopSignals(first: { _ in stop.stop() })
        defer { withExtendedLifetime(signals) {} }
        let house = DemoHouse(exitsWhenDone: exit, json: output.json, patience: timeout.duration)
        let work = Task { try await house.run() }
        stop.whileStarting { work.cancel() }
        do {
            try await work.value
        } catch  where stop.isStopped {
            // Ctrl-C before the end; whatever else was thrown is what the stop broke off.
            throw ExitCode(130)
        }
    }
}
