import Postgres

/// Vacuums one table of unfinished tasks.
///
/// VACUUM cannot be prepared with parameters nor run in a transaction, hence the plain text. Takes the lock that excludes only other
/// vacuums and changes of the table, and gives up at once when somebody has that; never truncates, which would lock claims out.
enum VacuumTable {
    private static let known: Set = ["ready", "active", "deferred", "parked", "exclusive_key", "unique_task"]

    static func run(_ table: String, on client: PostgresClient) async throws {
        guard known.contains(table) else { return }
        try await client.withConnection { connection in
            try await connection.script("VACUUM (SKIP_LOCKED, INDEX_CLEANUP ON, TRUNCATE FALSE) muster.\(table)")
        }
    }
}
