import ArgumentParser
import Scheduler

/// `muster check`: the roll call before a deploy.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check that every action has a handler on every process that may run it.",
        discussion: """
            Reads configuration files only. Every process is taken to run this build, or the one whose manifest is given.
            With --live the database is asked too: which processes run now, and which actions have unfinished tasks.

            EXAMPLES
              muster check --config-path shared.yaml --config-path worker1.yaml
              muster check --config-path shared.yaml --worker-config-path worker1.yaml --worker-config-path worker2.yaml
              muster check --config-path shared.yaml --live --manifest new.json

            EXIT CODES
              0 nothing to mend, perhaps a warning · 3 findings · 64 usage · 69 database unavailable · 78 configuration
            """)

    @Option(name: .customLong("config-path"), help: "A configuration file: the shared one, then a worker's own. Repeat it.")
    var configPaths: [String] = []

    @Option(name: .customLong("worker-config-path"), help: "A worker's own file, over the shared ones. Repeat it.")
    var workerConfigPaths: [String] = []

    @Option(name: .customLong("manifest"), help: "A manifest that another build wrote with 'muster manifest --json'.")
    var manifestPath: String?

    @Flag(help: "Ask the database for running processes and unfinished tasks.")
    var live = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if configPaths.isEmpty { throw ValidationError("Name the shared configuration file with --config-path.") }
    }

    func run() async throws {
        let answer = try await answer()
        for warning in answer.warnings { Printer.remark("muster: warning: " + InertText.make(warning)) }
        if json {
            try Printer.json(answer.document)
        } else {
            Printer.lines(answer.lines(on: .output))
        }
        if !answer.isClean { throw ExitStatus.rollCall.exitCode }
    }

    /// Reads, asks and calls the roll.
    ///
    /// - Throws: ``ConfigurationError``, ``CommandFailure`` for a manifest that cannot be read, errors of the database under `--live`.
    func answer() async throws -> CheckAnswer {
        let fleet = try FleetConfiguration.load(
            paths: configPaths, workerPaths: workerConfigPaths, secrets: live ? .databaseOnly : .leave)
        let manifest = try manifestPath.map(BuildManifest.read) ?? buildManifest()
        let catalogue = try buildCatalogue()
        let roll = live ? try await LiveRoll.ask(fleet[0], catalogue: catalogue) : nil
        return CheckAnswer(fleet: fleet, manifest: manifest, isOtherBuild: manifestPath != nil, catalogue: catalogue, roll: roll)
    }
}
