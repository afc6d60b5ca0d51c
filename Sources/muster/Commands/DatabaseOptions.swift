import ArgumentParser
import Foundation
import Postgres

/// Where the database is: the options that every command shares which talks to it directly.
struct DatabaseOptions: ParsableArguments {
    @Option(
        name: .customLong("config-path"), parsing: .singleValue,
        help: ArgumentHelp("A configuration file; several are merged in order.", valueName: "file"))
    var configPaths: [String] = []

    @Option(
        help: ArgumentHelp(
            "A libpq connection string instead of configuration files. MUSTER_DSN in the environment works too, and keeps passwords out of the process list.",
            valueName: "conninfo"))
    var dsn: String?

    @Option(
        help: ArgumentHelp(
            "What stands before the database of --dsn or MUSTER_DSN: none, or transaction for a pooler such as PgBouncer in transaction mode.",
            valueName: "none|transaction"))
    var pooler: String?

    /// Refuses both at once.
    func validate() throws {
        guard configPaths.isEmpty || dsn == nil else { throw ValidationError("Give either --config-path or --dsn, not both.") }
        guard configPaths.isEmpty || pooler == nil else {
            throw ValidationError("--pooler goes with --dsn; with --config-path it is database.pooler in the file.")
        }
        guard ["none", "transaction", nil].contains(pooler) else { throw ValidationError("--pooler takes none or transaction.") }
    }

    /// What was given: the command line first, then the environment.
    func source(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Source {
        if !configPaths.isEmpty { return .configuration(paths: configPaths) }
        let pooler: PostgresConfiguration.Pooler = pooler == "transaction" ? .transaction : .none
        if let dsn { return .dsn(dsn, pooler) }
        if let dsn = environment["MUSTER_DSN"], !dsn.isEmpty { return .dsn(dsn, pooler) }
        throw CommandFailure(.usage, "No database is given: use --config-path FILE, or --dsn CONNINFO, or set MUSTER_DSN.")
    }

    /// Where the database's address comes from.
    enum Source: Sendable, Equatable {
        /// Configuration files.
        case configuration(paths: [String])
        /// A connection string alone: no routes are known.
        case dsn(String, PostgresConfiguration.Pooler)
    }
}

/// The option of every command that prints an answer.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON for programs, with sorted keys.")
    var json = false
}
