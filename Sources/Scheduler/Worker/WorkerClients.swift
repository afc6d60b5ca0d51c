import Logging
import Postgres

/// The worker's own connections: claims and outcomes go side by side, so that both of PostgreSQL's backends work at once.
struct WorkerClients: Sendable {
    /// Claims need not be durable: one that is lost in a server crash is a task that is ready again.
    let claims: PostgresClient
    /// Outcomes are durable.
    let outcomes: PostgresClient

    init(_ database: PostgresConfiguration, logger: Logger) {
        var claiming = database
        claiming.poolSize = 1
        claiming.applicationName = "\(database.applicationName) claims"
        claiming.settings["synchronous_commit"] = "off"
        claiming.settings["plan_cache_mode"] = "force_generic_plan"
        claims = PostgresClient(claiming, logger: logger)
        var reporting = database
        reporting.poolSize = 2
        reporting.applicationName = "\(database.applicationName) outcomes"
        reporting.settings["plan_cache_mode"] = "force_generic_plan"
        outcomes = PostgresClient(reporting, logger: logger)
    }

    func shutdown() async {
        await claims.shutdown()
        await outcomes.shutdown()
    }
}
