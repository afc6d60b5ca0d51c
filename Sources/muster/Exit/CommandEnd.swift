import ArgumentParser
import Foundation
import HomeserverClient
import Postgres
import PrivatePostgres
import Scheduler

/// From an error to what the caller of the process is told: the only place that maps errors to exit statuses.
enum CommandEnd {
    /// Writes the lines of an error to standard error, after the log lines that wait, and ends the process.
    ///
    /// A standard error that takes nothing delays the end by a second at most.
    static func exit(with error: any Error) -> Never {
        var status = ExitStatus.failed.rawValue
        var lines: [String] = []
        if let error = error as? NotVerified {
            lines = [error.line]
        } else if let failure = failure(for: error) {
            status = failure.status.rawValue
            lines = failure.lines.map { "muster: " + $0 }
        } else {
            status = Muster.exitCode(for: error).rawValue
            let text = Muster.fullMessage(for: error)
            if status == ExitStatus.ok.rawValue { Printer.line(text) } else if !text.isEmpty { lines = [text] }
        }
        if let lost = Printer.loss, !(error is OutputLost) {
            lines += lost.lines.map { "muster: " + $0 }
            if status == ExitStatus.ok.rawValue { status = ExitStatus.failed.rawValue }
        }
        for line in lines { Logs.output.write(line) }
        Logs.output.flush(within: .seconds(1))
        Foundation.exit(status)
    }

    /// What an error means; nil for help, version and usage, which the argument parser words itself.
    static func failure(for error: any Error) -> CommandFailure? {
        switch error {
        case let failure as CommandFailure: failure
        case let error as ConfigurationError: CommandFailure(.configuration, lines: error.problems.map(InertText.make))
        case let error as SchedulerError: scheduler(error)
        case let error as PostgresError: postgres(error)
        case let error as HomeserverError: CommandFailure(error.isTransient ? .unavailable : .failed, InertText.make(error.description))
        case let error as PrivatePostgresError: CommandFailure(.unavailable, InertText.make(error.description))
        case let error as OutputLost: CommandFailure(.failed, lines: error.lines)
        case is CancellationError: CommandFailure(.failed, "Stopped before the end.")
        case is ExitCode, is CleanExit, is ValidationError: nil
        case let error where Muster.exitCode(for: error) == .validationFailure || Muster.exitCode(for: error) == .success: nil
        default: CommandFailure(.failed, InertText.make("\(error)"))
        }
    }

    /// The exit status of each kind of scheduler error.
    static func status(of code: SchedulerError.Code) -> ExitStatus {
        switch code {
        case .configuration, .schemaVersion, .otherOwner: .configuration
        case .rollCall, .duplicateInstance, .noHandler: .rollCall
        case .unknownAction, .invalidRequest, .tooLarge: .usage
        case .databaseUnavailable, .databaseTimeout: .unavailable
        case .idempotencyConflict, .claimLost, .database: .failed
        }
    }

    private static func scheduler(_ error: SchedulerError) -> CommandFailure {
        let lines = error.findings.isEmpty ? [error.message] : Finding.lines(error.findings)
        return CommandFailure(status(of: error.code), lines: lines.map(InertText.make))
    }

    private static func postgres(_ error: PostgresError) -> CommandFailure {
        let reason = InertText.make(error.message)
        if error.isConfigurationProblem {
            return CommandFailure(
                .configuration,
                "The database refused the login (\(reason)). Correct user, password or database name in its connection string.")
        }
        if error.code == .invalidUse {
            return CommandFailure(.configuration, "The database cannot be used as configured: \(reason)")
        }
        if error.isPreparedElsewhere {
            return CommandFailure(.configuration, "The database refused a statement: \(InertText.make(error.poolerAdvice))")
        }
        if error.isConnectionProblem {
            return CommandFailure(
                .unavailable,
                "The database cannot be reached (\(reason)). Check that PostgreSQL runs there and that the connection string is right.")
        }
        if error.isUnavailable {
            return CommandFailure(
                .unavailable, "The database takes no work now (\(reason)). Try again when it does; its log says what it is short of.")
        }
        if error.code == .timeout { return CommandFailure(.unavailable, "The database did not answer in time (\(reason)). Try again.") }
        return CommandFailure(.failed, "The database refused a statement (\(InertText.make(error.description))).")
    }
}
