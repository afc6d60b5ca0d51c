import ArgumentParser
import Scheduler

/// `muster manifest`: what this build can do.
struct ManifestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifest",
        abstract: "Show the version and the handlers of this build.",
        discussion: """
            EXAMPLES
              muster manifest --json > new.json                    in the new build
              muster check --config-path shared.yaml --live --manifest new.json

            What a build without some handler would do to the roll call can be rehearsed:
              muster manifest --json --without-handler redact_all_events > rehearsed.json
              muster check --config-path shared.yaml --manifest rehearsed.json
            """)

    @Flag(help: "Print JSON, as 'muster check --manifest' reads it.")
    var json = false

    @OptionGroup var rehearsal: RehearsalOptions

    func run() async throws {
        let manifest = try buildManifest(rehearsal.rehearsal)
        if json { return try Printer.json(manifest) }
        Printer.line("muster \(manifest.version)")
        Printer.line()
        Printer.lines(Self.table(manifest).lines(on: .output))
    }

    /// The handlers for people.
    static func table(_ manifest: BuildManifest) -> Table {
        Table(
            columns: [.init("ACTION"), .init("SCHEMA")],
            rows: manifest.handlers.map { [.init($0.action.rawValue), .init($0.schemaDigest, .dim)] })
    }
}
