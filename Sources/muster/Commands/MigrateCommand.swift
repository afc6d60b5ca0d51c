import ArgumentParser
import Scheduler

/// `muster migrate`: make or update the tables.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database's schema to the one that this build needs.",
        discussion: """
            May be run as often as you like and by several machines at once: it waits for its turn and applies what is missing.

            EXAMPLES
              muster migrate --config-path shared.yaml --dry-run
              muster migrate --dsn "host=/run/postgresql dbname=muster"
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Only say what would be applied.")
    var dryRun = false

    func run() async throws {
        let migrations = try await DatabaseSession.with(database, needsSchema: false) { session in
            let migrator = Migrator(client: session.client)
            return dryRun ? try await migrator.pending() : try await migrator.migrate()
        }
        if output.json { return try Printer.json(MigrateOutput(applied: !dryRun, migrations: migrations.map(\.name))) }
        guard !migrations.isEmpty else { return Printer.line("The schema is up to date.") }
        for migration in migrations { Printer.line((dryRun ? "would apply " : "applied ") + InertText.make(migration.name)) }
    }
}

/// The migrations as `--json` prints them.
struct MigrateOutput: Encodable, Sendable {
    var applied: Bool
    var migrations: [String]
}
