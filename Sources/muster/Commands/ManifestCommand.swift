import ArgumentParser
import Scheduler

/// `muster manifest`: what this build can do.
struct ManifestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifest",
        abstract: "Show the version and the handlers of this build.",
        discussion: """
            EXAMPLE
              muster manifest --json > new.json                    in the new build
              muster check --config-path shared.yaml --live --manifest new.json
            """)

    @Flag(help: "Print JSON, as 'muster check --manifest' reads it.")
    var json = false

    func run() async throws {
        let manifest = try buildManifest()
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
