import Postgres
import Scheduler

/// One database of a benchmark.
struct BenchmarkDatabase: Sendable {
    let server: BenchmarkServer
    let name: String
    let conninfo: String
    /// For looking and for setting up; what is measured uses connections of its own.
    let client: PostgresClient

    init(server: BenchmarkServer, name: String) {
        self.server = server
        self.name = name
        conninfo = ConnectionString.naming(name, in: server.conninfo)
        var configuration = PostgresConfiguration(conninfo: conninfo)
        configuration.applicationName = "muster-bench"
        configuration.poolSize = 3
        configuration.statementTimeout = .seconds(600)
        client = PostgresClient(configuration, logger: server.logger)
    }

    /// Starts counting statements where the server can.
    func countStatements() async throws {
        guard server.description.settings["shared_preload_libraries"]?.contains("pg_stat_statements") == true else { return }
        try await script(SetUpScript.countStatements)
    }

    /// Brings tables and buffers into the state of a system that has run for a while.
    func settle() async throws {
        try await script(SetUpScript.settle)
        try await script(SetUpScript.checkpoint)
    }

    func script(_ sql: String) async throws { try await client.withConnection { try await $0.script(sql) } }

    func close() async { await client.shutdown() }
}
