import ArgumentParser
import Foundation
import HomeserverClient
import Postgres
import Scheduler

/// From an error to what the caller of the process is told: the only place that maps errors to exit statuses.
enum CommandEnd {
    /// Writes the lines of an error to standard error and ends the process.
    static func exit(with error: any Error) -> Never {
        guard let failure = failure(for: error) else { Muster.exit(withError: error) }
        for line in failure.lines { Printer.remark("muster: " + line) }
        Foundation.exit(failure.status.rawValue)
    }

    /// What an error means; nil for help, version and usage, which the argument parser words itself.
    static func failure(for error: any Error) -> CommandFailure? {
        switch error {
        case let failure as CommandFailure: failure
        case let error as ConfigurationError: CommandFailure(.configuration, lines: error.problems.map(InertText.make))
        case let error as SchedulerError: CommandFailure(status(of: error.code), InertText.make(error.message))
        case let error as PostgresError: postgres(error)
        case is CancellationError: CommandFailure(.failed, "Stopped before the end.")
        case is ExitCode, is CleanExit, is ValidationError: nil
        case let error where Muster.exitCode(for: error) == .validationFailure || Muster.exitCode(for: error) == .success: nil
        default: CommandFailure(.failed, InertText.make("\(error)"))
        }
    }

    /// The exit status of each kind of scheduler error.
    static func status(of code: SchedulerError.Code) -> ExitStatus {
        switch code {
        case .configuration, .schemaVersion: .configuration
        case .rollCall, .duplicateInstance, .noHandler: .rollCall
        case .unknownAction, .invalidRequest, .tooLarge: .usage
        case .databaseUnavailable: .unavailable
        case .idempotencyConflict, .claimLost, .database: .failed
        }
    }

    private static func postgres(_ error: PostgresError) -> CommandFailure {
        let message = InertText.make(error.message)
        if error.isConfigurationProblem {
            return CommandFailure(
                .configuration, "The database refused the login: \(message). Check database.dsn: user, password and database name.")
        }
        if error.isConnectionProblem {
            return CommandFailure(
                .unavailable, "The database cannot be reached: \(message). Check that PostgreSQL runs and that database.dsn is right.")
        }
        if error.code == .timeout { return CommandFailure(.unavailable, "The database did not answer in time: \(message).") }
        return CommandFailure(.failed, "The database refused a statement: \(InertText.make(error.description)).")
    }
}
