import Foundation
import Postgres
import SchedulerTesting

/// Takes every connection that a server has, cutting off whoever had one, while the body runs.
func withGreed(_ conninfo: String, connections: Int, _ body: () async throws -> Void) async throws {
    var configuration = PostgresConfiguration(conninfo: conninfo)
    configuration.applicationName = "greed"
    var taken: [PostgresConnection] = []
    let killer = try await PostgresConnection.connect(configuration)
    do {
        try await eventually("a full server", timeout: .seconds(30)) {
            try await killer.script("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name NOT LIKE 'greed%'")
            while taken.count < connections - 1, let next = try? await PostgresConnection.connect(configuration) { taken.append(next) }
            return taken.count == connections - 1
        }
        try await body()
    } catch {
        await close(taken + [killer])
        throw error
    }
    await close(taken + [killer])
}

private func close(_ connections: [PostgresConnection]) async {
    for connection in connections { await connection.close() }
}
