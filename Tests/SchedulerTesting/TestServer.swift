import Glibc
import Logging
public import Postgres
public import PrivatePostgres
import Synchronization

/// One private PostgreSQL for the whole test process, started by the first test that needs it and gone with the process.
public actor TestServer {
    /// The one of this process.
    public static let shared = TestServer()

    private static let running = Mutex<PrivatePostgres?>(nil)
    private var starting: Task<(PrivatePostgres, PostgresClient), any Error>?
    private var templates: [String: Task<Void, any Error>] = [:]

    private init() {}

    /// The server; starts it when nobody has yet.
    public func server() async throws -> PrivatePostgres {
        try await started().0
    }

    /// A client of its database `postgres`, for `CREATE DATABASE` and for looking around.
    public func admin() async throws -> PostgresClient {
        try await started().1
    }

    /// Runs `make` once per name and process; everybody else waits for it.
    func prepareTemplate(_ name: String, make: @escaping @Sendable () async throws -> Void) async throws {
        let task = templates[name] ?? Task { try await make() }
        templates[name] = task
        try await task.value
    }

    private func started() async throws -> (PrivatePostgres, PostgresClient) {
        let task = starting ?? Task { try await Self.start() }
        starting = task
        return try await task.value
    }

    private static func start() async throws -> (PrivatePostgres, PostgresClient) {
        let server = try await PrivatePostgres.start(settings: [
            // Data that lives for a minute needs no disk.
            "fsync": "off", "synchronous_commit": "on", "full_page_writes": "off", "autovacuum": "off", "shared_buffers": "32MB",
            "max_connections": "300", "max_wal_size": "256MB",
        ])
        running.withLock { $0 = server }
        // A test process ends by exit(), which waits for no task.
        atexit { TestServer.running.withLock { $0?.abandon() } }
        var configuration = PostgresConfiguration(conninfo: server.conninfo)
        configuration.applicationName = "tests"
        configuration.poolSize = 4
        configuration.poolWaitTimeout = .seconds(60)
        return (server, PostgresClient(configuration, logger: Logger(label: "test-server")))
    }
}
