import FoundationEssentials
import Logging
import Postgres
import PrivatePostgres
import Scheduler

/// A migrated database on a server of the test's own, which the test may stop and start again.
public actor RestartableServer {
    /// The database; its connection string stays the same over restarts.
    public nonisolated let database: TestDatabase
    private let folder: String
    private var server: PrivatePostgres?

    private static let settings = ["fsync": "off", "shared_buffers": "32MB", "max_connections": "50"]

    private init(folder: String) async throws {
        self.folder = folder
        let server = try await PrivatePostgres.start(directory: folder, settings: Self.settings)
        self.server = server
        var configuration = PostgresConfiguration(conninfo: server.conninfo)
        configuration.applicationName = "test client"
        database = TestDatabase(
            name: "postgres", conninfo: server.conninfo,
            client: PostgresClient(configuration, logger: Logger(label: "restartable") { _ in SwiftLogNoOpLogHandler() }))
        _ = try await Migrator(client: database.client).migrate()
    }

    /// Stops the server within ten seconds, cutting what is connected.
    public func stop() async {
        await server?.stop()
        server = nil
    }

    /// Starts it again.
    public func start() async throws {
        guard server == nil else { return }
        server = try await PrivatePostgres.start(directory: folder, settings: Self.settings)
    }

    /// Lends a server to `body`, and removes it and its data.
    public static func with<R: Sendable>(_ body: (RestartableServer) async throws -> R) async throws -> R {
        let folder = "/tmp/muster-test-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try await RestartableServer(folder: folder)
        do {
            let value = try await body(server)
            await server.database.client.shutdown()
            await server.stop()
            return value
        } catch {
            await server.database.client.shutdown()
            await server.stop()
            throw error
        }
    }
}
