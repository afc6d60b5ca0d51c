import Postgres

/// Vacuums one table of unfinished tasks.
///
/// VACUUM cannot be prepared with parameters nor run in a transaction, hence the plain text. Takes the lock that excludes only other
/// vacuums and changes of the table, and gives up at once when somebody has that; never truncates, which would lock claims out.
///
/// It pauses for a millisecond after every ten pages that it changed (`vacuum_cost_delay`, with the server's usual `vacuum_cost_limit`): at
/// full speed it takes a core for as long as it lasts, and on a small machine everything waits for that. The setting stays with the
/// connection, where nothing else obeys it; behind a transaction pooler, whose connections are others' too, it is not made. What the
/// statement timeout does not leave time for, after some hundred thousand changed pages, is autovacuum's, which pauses nowhere here.
enum VacuumTable {
    private static let known: Set = ["ready", "active", "deferred", "parked", "exclusive_key", "unique_task"]

    static func run(_ table: String, on client: PostgresClient) async throws {
        guard known.contains(table) else { return }
        try await client.withConnection { connection in
            if client.pooler == .none { try await connection.script("SET vacuum_cost_delay = '1ms'") }
            try await connection.script("VACUUM (SKIP_LOCKED, INDEX_CLEANUP ON, TRUNCATE FALSE) muster.\(table)")
        }
    }
}
