import Foundation
public import Logging
import Postgres
import PrivatePostgres
import Scheduler

/// The server that a benchmark runs on: given, or started for it.
///
/// Every measurement gets a database of its own there, which is then removed.
public struct BenchmarkServer: Sendable {
    /// What it is.
    public let description: ServerDescription

    let conninfo: String
    let postmaster: pid_t?
    let admin: PostgresClient
    let logger: Logger

    private let databases: DatabaseNames

    /// Lends a server: the one of the connection string, or a private one for this call.
    ///
    /// - Throws: ``BenchmarkError`` when a fleet works in the given database.
    public static func with<R: Sendable>(
        dsn: String?, logger: Logger, _ body: @Sendable (BenchmarkServer) async throws -> R
    ) async throws -> R {
        if let dsn { return try await open(dsn, isPrivate: false, logger: logger, body) }
        return try await PrivatePostgres.withServer(settings: privateSettings) { server in
            try await open(server.conninfo, isPrivate: true, logger: logger, body)
        }
    }

    /// Lends the connection string of a private server with the settings of the benchmarks, for other programs.
    public static func withPrivate(_ body: @Sendable (String) async throws -> Void) async throws {
        try await PrivatePostgres.withServer(settings: privateSettings) { try await body($0.conninfo) }
    }

    /// Lends a database with Muster's tables, and removes it.
    func withDatabase<R: Sendable>(_ body: (BenchmarkDatabase) async throws -> R) async throws -> R {
        try await withEmptyDatabase(from: databases.template, body)
    }

    /// Lends a database; nothing is in it unless it is a copy.
    func withEmptyDatabase<R: Sendable>(from template: String? = nil, _ body: (BenchmarkDatabase) async throws -> R) async throws -> R {
        let name = databases.next()
        try await script(SetUpScript.createDatabase(name, from: template))
        let database = BenchmarkDatabase(server: self, name: name)
        do {
            if template == nil { try await database.countStatements() }
            let value = try await body(database)
            await database.close()
            try await script(SetUpScript.dropDatabase(name))
            return value
        } catch {
            await database.close()
            // What is left behind is named after this process; the error that made it so is the one to tell.
            try? await script(SetUpScript.dropDatabase(name))
            throw error
        }
    }

    private static func open<R: Sendable>(
        _ conninfo: String, isPrivate: Bool, logger: Logger, _ body: @Sendable (BenchmarkServer) async throws -> R
    ) async throws -> R {
        var configuration = PostgresConfiguration(conninfo: conninfo)
        configuration.applicationName = "muster-bench"
        configuration.poolSize = 2
        // Filling and vacuuming millions of rows takes its time.
        configuration.statementTimeout = .seconds(600)
        let admin = PostgresClient(configuration, logger: logger)
        do {
            if !isPrivate { try await refuseLivingFleet(admin) }
            let rows = try await admin.execute(ReadServer())
            let version = rows.first { $0.name == "server_version" }?.value ?? "unknown"
            let settings = Dictionary(
                uniqueKeysWithValues: rows.filter { $0.name != "server_version" && !$0.value.isEmpty }.map { ($0.name, $0.value) })
            let backend = try await admin.execute(ReadBackend()).first ?? 0
            let server = BenchmarkServer(
                description: ServerDescription(version: version, isPrivate: isPrivate, settings: settings), conninfo: conninfo,
                postmaster: ProcessUsage.parent(of: backend, named: "postgres"), admin: admin, logger: logger, databases: DatabaseNames())
            let value = try await server.withTemplate { try await body(server) }
            await admin.shutdown()
            return value
        } catch {
            await admin.shutdown()
            throw error
        }
    }

    // Migrating once and copying is what keeps many small runs quick.
    private func withTemplate<R: Sendable>(_ body: () async throws -> R) async throws -> R {
        try await script(SetUpScript.createDatabase(databases.template, from: nil))
        do {
            let database = BenchmarkDatabase(server: self, name: databases.template)
            try await database.countStatements()
            _ = try await Migrator(client: database.client).migrate()
            await database.close()
            let value = try await body()
            try await script(SetUpScript.dropDatabase(databases.template))
            return value
        } catch {
            try? await script(SetUpScript.dropDatabase(databases.template))
            throw error
        }
    }

    private func script(_ sql: String) async throws { try await admin.withConnection { try await $0.script(sql) } }

    private static func refuseLivingFleet(_ client: PostgresClient) async throws {
        guard try await client.execute(HasSchema()).first == true else { return }
        let scheduler = try NoOpFleet.scheduler(client: client)
        let live = try await scheduler.processes().filter(\.isLive)
        let pending = try await scheduler.pendingCounts().reduce(0) { $0 + $1.count }
        guard live.isEmpty, pending == 0 else {
            throw BenchmarkError(
                "A fleet works in this database (\(live.count) live processes, \(pending) unfinished tasks), and a benchmark would slow it "
                    + "down. Give a server that nobody depends on, or none: the benchmark then starts a private one.")
        }
    }

    /// Everything else is PostgreSQL's default; fsync and synchronous_commit are said because much depends on them.
    static var privateSettings: [String: String] {
        let memory = Int(ProcessInfo.processInfo.physicalMemory >> 20)
        var settings = ["shared_buffers": "\(min(2048, memory / 4))MB", "fsync": "on", "synchronous_commit": "on"]
        if Self.hasStatementLibrary { settings["shared_preload_libraries"] = "pg_stat_statements" }
        return settings
    }

    private static var hasStatementLibrary: Bool {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        return versions.contains { FileManager.default.fileExists(atPath: "/usr/lib/postgresql/\($0)/lib/pg_stat_statements.so") }
    }
}
