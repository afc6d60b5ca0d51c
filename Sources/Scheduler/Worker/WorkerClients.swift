import Foundation
import Logging
import Postgres

/// The worker's own connections: claims and outcomes go side by side, so that both of PostgreSQL's backends work at once.
///
/// While there is nothing to do the heartbeat and the claims keep theirs; the rest is closed, so that an idle process holds three with the
/// one that listens.
struct WorkerClients: Sendable {
    /// For claims, with a thread that the claimer shares.
    ///
    /// Claims need not be durable: one that is lost in a server crash is a task that is ready again.
    let claims: PostgresClient
    /// Outcomes are durable.
    let outcomes: PostgresClient
    /// The heartbeat has a connection of its own: no slow list and no open transaction may make a live process look dead.
    let pulse: PostgresClient

    /// Plans made while the tables are empty must hold when they are full: index look-ups, always.
    private static let steadyPlans = [
        "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "jit": "off",
    ]

    /// - Parameter pool: the process's other connections, which give way to these when the server has too few
    init(_ database: PostgresConfiguration, beside pool: PostgresClient, heartbeatInterval: Duration, logger: Logger) {
        let database = database.forMuster
        var claiming = database
        claiming.poolSize = 1
        claiming.applicationName = "\(database.applicationName) claims"
        claiming.settings.merge(Self.steadyPlans) { $1 }
        claiming.settings["synchronous_commit"] = "off"
        // Claims under a limit hold its turn for a moment: a process that stalls in that moment must not hold it for ever.
        claiming.settings["idle_in_transaction_session_timeout"] = "5s"
        claiming.poolIdleTime = nil
        claims = PostgresClient(claiming, logger: logger, onOneThread: true)
        var reporting = database
        reporting.poolSize = 2
        reporting.applicationName = "\(database.applicationName) outcomes"
        reporting.settings.merge(Self.steadyPlans) { $1 }
        outcomes = PostgresClient(reporting, logger: logger)
        var beating = database
        beating.poolSize = 1
        beating.applicationName = "\(database.applicationName) heartbeat"
        beating.settings.merge(Self.steadyPlans) { $1 }
        // Leaving takes two statements: a process that stalls between them must not hold its row, and with it all reclaiming, for hours.
        beating.settings["idle_in_transaction_session_timeout"] = "5s"
        beating.statementTimeout = max(heartbeatInterval, .seconds(1))
        beating.poolWaitTimeout = max(heartbeatInterval, .seconds(1))
        beating.poolIdleTime = nil
        pulse = PostgresClient(beating, logger: logger)
        _ = PoolOrder([pulse, claims, outcomes, pool])
    }

    /// Connects, and has the server plan the statements that every attempt needs, while the process still joins; best effort.
    ///
    /// Both run over nothing. Trouble with the database is for those to report who need it.
    func warmUp() async {
        async let claiming = claims.execute(ClaimTasks(starts: [], limit: 1, incarnation: UUID.random(), deadAfter: .seconds(1)))
        async let reporting = outcomes.affected(CompleteAttempts(incarnation: UUID.random(), attempt: 1, ids: []))
        _ = try? await claiming
        _ = try? await reporting
    }

    /// Closes everything side by side; what has not come back by then is left alone.
    func shutdown(within limit: Duration) async {
        async let claiming: Void = claims.shutdown(within: limit)
        async let reporting: Void = outcomes.shutdown(within: limit)
        async let beating: Void = pulse.shutdown(within: limit)
        _ = await (claiming, reporting, beating)
    }
}
