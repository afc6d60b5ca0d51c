import ArgumentParser
import Scheduler

/// `muster migrate`: make or update the tables, and say whose tasks they hold.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database's schema to the one that this build needs.",
        discussion: """
            May be run as often as you like and by several machines at once: it waits for its turn and applies what is missing.

            The database remembers the server_name of the configuration. A process with another one refuses to start, so that a restored copy \
            does not run the tasks of the original: --adopt makes the copy that of this configuration and parks everything that is \
            unfinished. Look at it with 'muster tasks', cancel what must not happen, and let the rest go with --resume.

            EXAMPLES
              muster migrate --config-path shared.yaml --dry-run
              muster migrate --dsn "host=/run/postgresql dbname=muster"
              muster migrate --config-path staging.yaml --adopt
              muster migrate --config-path staging.yaml --resume
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Only say what would be applied.")
    var dryRun = false

    @Flag(help: "Take over a copy of another server's database: what is unfinished is parked.")
    var adopt = false

    @Flag(help: "Let the tasks go that --adopt has parked.")
    var resume = false

    @OptionGroup var confirmation: Confirmation

    func validate() throws {
        guard [dryRun, adopt, resume].count(where: { $0 }) <= 1 else {
            throw ValidationError("Give one of --dry-run, --adopt and --resume.")
        }
    }

    func run() async throws {
        let owner = try DatabasePlace(database.source()).owner
        if adopt {
            guard let owner else {
                throw CommandFailure(.usage, "--adopt needs a server_name: name a configuration that has one with --config-path.")
            }
            try confirmation.ask("The database becomes that of \(owner), and everything unfinished in it is parked.")
        }
        if resume { try confirmation.ask("Everything that was parked when the database was adopted goes on.") }
        let answer = try await DatabaseSession.with(database, needsSchema: false) { try await work(on: $0, owner: owner) }
        if output.json { return try Printer.json(answer) }
        Printer.lines(answer.lines)
    }

    private func work(on session: DatabaseSession, owner: String?) async throws -> MigrateOutput {
        let migrator = Migrator(client: session.client, owner: owner)
        if dryRun { return MigrateOutput(applied: false, migrations: try await migrator.pending().map(\.name)) }
        guard adopt else {
            let migrations = try await migrator.migrate().map(\.name)
            return MigrateOutput(applied: true, migrations: migrations, resumed: resume ? try await migrator.resume() : nil)
        }
        // The scripts first, whosever the tasks are: an older schema does not know it.
        let migrations = try await Migrator(client: session.client).migrate().map(\.name)
        let parked = try await migrator.adopt()
        try await migrator.verify()
        return MigrateOutput(applied: true, migrations: migrations, adopted: parked ?? 0, owned: parked == nil)
    }
}

/// What a migration did, as `--json` prints it.
struct MigrateOutput: Encodable, Sendable {
    var applied: Bool
    var migrations: [String]
    /// Tasks that were parked by `--adopt`.
    var adopted: Int?
    /// Whether `--adopt` found the database its own already, and parked nothing.
    var owned: Bool?
    /// Tasks that were let go by `--resume`.
    var resumed: Int?

    /// The same for people.
    var lines: [String] {
        var lines = migrations.map { (applied ? "applied " : "would apply ") + InertText.make($0) }
        if lines.isEmpty, adopted == nil, resumed == nil { lines.append("The schema is up to date.") }
        if owned == true {
            lines.append("The database was this server's already: nothing is parked.")
        } else if let adopted {
            lines.append("The database is adopted; \(adopted) unfinished tasks are parked until `muster migrate --resume`.")
        }
        if let resumed { lines.append("\(resumed) tasks go on as soon as a process may run them.") }
        return lines
    }
}
