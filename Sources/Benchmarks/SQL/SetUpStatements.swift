/// Commands that make and remove what a benchmark works in; each is run as a script, by itself.
enum SetUpScript {
    /// Counts statements from now on, where the server has the library loaded.
    static let countStatements = "CREATE EXTENSION IF NOT EXISTS pg_stat_statements"
    /// What a system that has run for a while would have: current statistics, a visibility map, clean buffers.
    static let settle = "VACUUM (ANALYZE)"
    /// The same, after it.
    static let checkpoint = "CHECKPOINT"

    /// Begins what a forgotten session is: a snapshot that stays, and a transaction id.
    static let openOldSnapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT txid_current()"
    /// Ends it.
    static let closeOldSnapshot = "ROLLBACK"

    /// A new database, empty or a copy.
    static func createDatabase(_ name: String, from template: String?) -> String {
        "CREATE DATABASE \(name)" + (template.map { " TEMPLATE \($0)" } ?? "")
    }

    /// Removes a database, whoever is connected.
    static func dropDatabase(_ name: String) -> String { "DROP DATABASE IF EXISTS \(name) WITH (FORCE)" }
}
