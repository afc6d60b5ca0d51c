import Foundation
import Logging
import Postgres
import Scheduler

/// Makes sure, before anything else starts, that the database is there and has the schema of this build, and that the role may use it.
struct DatabaseStart: Sendable {
    let client: PostgresClient
    let logger: Logger
    /// Whose tasks the database must hold; nil asks nothing.
    var owner: String?
    /// How long to try.
    var patience: Duration = .seconds(10)

    /// Returns when the database answers and its schema is right.
    ///
    /// A server that is away is tried again for ten seconds, because machines often start together; a wrong password, role or schema is not.
    ///
    /// - Throws: ``CommandFailure``, `PostgresError` or `SchedulerError`, each with one sentence that says what to do.
    func run() async throws {
        let start = ContinuousClock.now
        var wait = Duration.milliseconds(200)
        var isFirst = true
        while true {
            do {
                try await client.withConnection { _ in }
                let mayVacuum = try await RoleCheck(client: client).verify()
                try await Migrator(client: client, owner: owner).verify()
                if !mayVacuum {
                    logger.notice("this database role may not vacuum Muster's tables; autovacuum alone does")
                }
                return
            } catch let error where Self.mayPass(error) {
                let tried = ContinuousClock.now - start
                guard tried + wait < patience else { throw Self.failure(error, after: tried) }
                if isFirst { logger.warning("database not reachable, trying again", metadata: ["error": "\(error)"]) }
                isFirst = false
                try await Task.sleep(for: wait)
                wait = min(wait * 2, .seconds(2))
            }
        }
    }

    private static func mayPass(_ error: any Error) -> Bool {
        switch error {
        case let error as PostgresError: (error.isUnavailable || error.code == .timeout) && !error.isConfigurationProblem
        case let error as SchedulerError: error.code == .databaseUnavailable || error.code == .databaseTimeout
        default: false
        }
    }

    private static func failure(_ error: any Error, after tried: Duration) -> any Error {
        let reason = (error as? PostgresError)?.message ?? "\(error)"
        return CommandFailure(
            .unavailable,
            "The database did not answer for \(Moment.length(tried / .seconds(1))) (\(InertText.make(reason))). "
                + "Check that PostgreSQL runs and that database.dsn is right."
        )
    }
}
