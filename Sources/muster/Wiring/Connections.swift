import AdminAPI
import AsyncHTTPClient
import HomeserverClient
import Logging
import Postgres
import Redis
import Scheduler

/// Everything of a process that must be closed at its end: the database, Redis where it is enabled, HTTP calls.
struct Connections: Sendable {
    /// How the database is reached; the worker opens connections of its own.
    let postgres: PostgresConfiguration
    /// The database.
    let database: PostgresClient
    /// Redis, which then carries the wake-ups; nil leaves them to the database.
    let redis: RedisClient?
    /// Calls of handlers to the homeserver.
    let http: HTTPClient
    /// Calls to the homeserver that a request waits for.
    ///
    /// Whose token it has, what a purge's bound is worth: long work of handlers never stands before them.
    let door: HTTPClient
    /// Requests that are forwarded to the homeserver.
    let proxy: HTTPClient

    private let channelName: String
    private let logger: Logger

    /// Connects to nothing yet.
    init(_ configuration: MusterConfiguration, logs: Logs) {
        var postgres = PostgresConfiguration(conninfo: configuration.database.dsn.value).forMuster
        postgres.poolSize = configuration.database.poolSize
        postgres.pooler = configuration.database.pooler
        postgres.applicationName = "muster-\(configuration.instance)"
        self.postgres = postgres
        database = PostgresClient(postgres, logger: logs.logger("postgres"))
        redis = configuration.redis.map { settings in
            let address = RedisConfiguration(
                host: settings.host, port: settings.port, database: settings.dbid, password: settings.password?.value)
            return RedisClient(address, logger: logs.logger("redis"))
        }
        // Redis has one space of channels for all its databases: the number keeps two installations apart that share a server.
        channelName = "\(configuration.serverName ?? "default"):\(configuration.redis?.dbid ?? 0)"
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HomeserverClient.transportConfiguration)
        door = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HomeserverClient.transportConfiguration)
        proxy = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HomeserverProxy.transportConfiguration)
        logger = logs.logger("muster")
    }

    /// What carries wake-ups; nil means the database's own notifications.
    var channel: (any WakeUpChannel)? { redis.map { RedisWakeUps(client: $0, name: channelName) } }

    /// Lends the connections and closes them, however the body ends.
    func with(_ body: (Connections) async throws -> Void) async throws {
        do {
            try await body(self)
        } catch {
            await close()
            throw error
        }
        await close()
    }

    private func close() async {
        await redis?.shutdown()
        // Whoever still has a connection by now waits for a server that says nothing.
        await database.shutdown(within: .seconds(2))
        for client in [http, door, proxy] {
            do {
                try await client.shutdown()
            } catch {
                logger.warning("http client not shut down", metadata: ["error": "\(error)"])
            }
        }
    }
}
