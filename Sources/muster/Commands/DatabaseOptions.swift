import ArgumentParser
import Foundation

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

    /// Refuses both at once.
    func validate() throws {
        guard configPaths.isEmpty || dsn == nil else { throw ValidationError("Give either --config-path or --dsn, not both.") }
    }

    /// What was given: the command line first, then the environment.
    func source(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Source {
        if !configPaths.isEmpty { return .configuration(paths: configPaths) }
        if let dsn { return .dsn(dsn) }
        if let dsn = environment["MUSTER_DSN"], !dsn.isEmpty { return .dsn(dsn) }
        throw CommandFailure(.usage, "No database is given: use --config-path FILE, or --dsn CONNINFO, or set MUSTER_DSN.")
    }

    /// Where the database's address comes from.
    enum Source: Sendable, Equatable {
        /// Configuration files.
        case configuration(paths: [String])
        /// A connection string alone: no routes are known.
        case dsn(String)
    }
}

/// The option of every command that prints an answer.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON for programs, with sorted keys.")
    var json = false
}
