import Postgres
import Scheduler

/// What a command needs to know before it can open the database.
struct DatabasePlace: Sendable {
    /// Where the database is.
    var postgres: PostgresConfiguration
    /// The routes; nil when only a connection string was given.
    var topology: Topology?
    /// The numbers.
    var settings: SchedulerSettings
    /// Whose tasks the database should hold; nil when only a connection string was given, or the configuration does not say it.
    var owner: String?
    /// Connections that each process of the fleet may open for its pool.
    var fleetPoolSize: Int

    /// Reads the configuration, or takes the connection string.
    init(_ source: DatabaseOptions.Source) throws {
        switch source {
        case .dsn(let dsn, let pooler):
            postgres = PostgresConfiguration(conninfo: dsn).forMuster
            postgres.pooler = pooler
            topology = nil
            settings = SchedulerSettings()
            fleetPoolSize = postgres.poolSize
        case .configuration(let paths):
            let configuration = try MusterConfiguration.load(paths: paths, secrets: .databaseOnly)
            postgres = PostgresConfiguration(conninfo: configuration.database.dsn.value).forMuster
            postgres.pooler = configuration.database.pooler
            topology = configuration.topology
            owner = configuration.serverName
            settings = configuration.settings
            fleetPoolSize = configuration.database.poolSize
        }
        // A command asks one thing after the other.
        postgres.poolSize = 2
        postgres.applicationName = "muster-cli"
    }
}
