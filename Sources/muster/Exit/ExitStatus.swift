import ArgumentParser

/// What the process tells its caller at the end; listed in `muster --help`.
enum ExitStatus: Int32, Sendable {
    /// Done.
    case ok = 0
    /// The command ran and did not reach its end.
    case failed = 1
    /// What was asked for does not exist.
    case notFound = 2
    /// The roll call has a gap.
    case rollCall = 3
    /// The command line, or a value in it, cannot be used.
    case usage = 64
    /// The database or the homeserver cannot be reached.
    case unavailable = 69
    /// The configuration must be changed first.
    case configuration = 78

    /// Ends a command with this status and nothing more to say.
    var exitCode: ExitCode { ExitCode(rawValue) }
}
