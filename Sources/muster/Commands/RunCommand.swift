import ArgumentParser
import Logging

/// `muster run`: one process, `main` or a worker.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Start one process: main, or the worker that the configuration names.",
        discussion: """
            Without worker_name in the configuration it is main. SIGTERM and SIGINT stop it gracefully: running attempts may finish within \
            worker.shutdown_grace_period and are released without losing an attempt otherwise; a second signal stops it at once.

            Refuses to start with 3 when the roll call finds a gap in this process, with 69 when the database does not answer, with 78 when \
            the configuration, the schema or a port must be changed first.

            EXAMPLES
              muster run --config-path shared.yaml
              muster run --config-path shared.yaml --config-path worker1.yaml
              muster run --config-path shared.yaml --log-level debug
            """)

    @Option(
        name: .customLong("config-path"), parsing: .singleValue,
        help: ArgumentHelp("A configuration file; several are merged in order.", valueName: "file"))
    var configPaths: [String]

    @Option(help: "What is too unimportant to be logged: trace, debug, info, notice, warning, error or critical; else as configured.")
    var logLevel: Logger.Level?

    @Option(help: "How log lines are written: text, json, or auto for text on a terminal only; else as configured.")
    var logFormat: LogFormat?

    @OptionGroup var rehearsal: RehearsalOptions

    func run() async throws {
        let configuration = try MusterConfiguration.load(paths: configPaths)
        let logs = Logs(
            format: logFormat ?? LogFormat(configuration.log.format), level: logLevel ?? Logger.Level(configuration.log.level),
            metadata: ["instance": "\(configuration.instance)"])
        let stop = StopSwitch()
        let signals = StopSignals { signal in
            logs.logger("muster").notice("stop requested", metadata: ["signal": "\(signal)"])
            stop.stop()
        } second: {
            // At once, but for what was said already.
            Logs.output.flush(within: .milliseconds(100))
        }
        defer { withExtendedLifetime(signals) {} }
        try await Self.run(RunWiring(configuration: configuration, logs: logs, stop: stop, rehearsal: rehearsal.rehearsal))
    }

    private static func run(_ wiring: RunWiring) async throws {
        let work = Task { try await wiring.run() }
        wiring.stop.whileStarting { work.cancel() }
        do {
            try await work.value
        } catch is CancellationError where wiring.stop.isStopped {
            wiring.logs.logger("muster").notice("stopped before the start was complete")
        }
    }
}

extension LogFormat {
    /// The format that the configuration names.
    fileprivate init(_ format: LogSettings.Format) { self = LogFormat(rawValue: format.rawValue) ?? .auto }
}

extension Logger.Level {
    /// The level that the configuration names.
    fileprivate init(_ level: LogSettings.Level) { self = Logger.Level(rawValue: level.rawValue) ?? .info }
}
