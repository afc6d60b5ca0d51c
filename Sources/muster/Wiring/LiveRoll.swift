import Logging
import Postgres
import Scheduler

/// What the database knows of the running fleet.
struct LiveRoll: Sendable {
    /// The processes of the last day, dead ones too.
    var processes: [ProcessRecord]
    /// Action to its number of unfinished tasks.
    var unfinished: [String: Int]

    /// Asks the database; every wait is bounded by the client's timeouts.
    static func ask(_ configuration: MusterConfiguration, catalogue: Catalogue) async throws -> LiveRoll {
        var postgres = PostgresConfiguration(conninfo: configuration.database.dsn.value).forMuster
        postgres.pooler = configuration.database.pooler
        postgres.poolSize = 1
        postgres.applicationName = "muster check"
        // A command answers by its exit code and its own lines; the client's would only stand between them.
        let logger = Logger(label: "muster.check") { _ in SwiftLogNoOpLogHandler() }
        let client = PostgresClient(postgres, logger: logger)
        let scheduler = TaskScheduler(
            client: client, catalogue: catalogue, topology: configuration.topology, settings: configuration.settings,
            events: LoggingSink(logger))
        do {
            // First of all the connection by itself: a refused login is then told apart from a server that is away.
            try await client.withConnection { _ in }
            try await Migrator(client: client).verify()
            let processes = try await scheduler.processes()
            let pending = try await scheduler.pendingCounts()
            await client.shutdown()
            let unfinished = pending.filter { !$0.status.isFinal }.map { ($0.action.rawValue, $0.count) }
            return LiveRoll(processes: processes, unfinished: Dictionary(unfinished, uniquingKeysWith: +))
        } catch {
            await client.shutdown()
            throw error
        }
    }
}
