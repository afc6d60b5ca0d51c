import Postgres

extension TaskScheduler {
    /// Dead rows from which on a vacuum is worth its start.
    private static let worthVacuuming = 20_000

    /// Vacuums the tables of unfinished tasks that are mostly dead rows, if autovacuum has not come to them: the deadest first, one at a time,
    /// each within the pool's limit for a statement.
    ///
    /// Autovacuum looks at a table once a minute; a busy queue turns its tables over in seconds. The sooner, the less there is to do at once:
    /// tables and indexes stay as small as what died between two turns.
    func vacuumHotTables() async throws {
        for (table, dead) in try await client.execute(FindDeadRows(atLeast: Self.worthVacuuming)) {
            try await VacuumTable.run(table, on: client)
            events.record(.vacuumed(table: table, dead: Int(dead)))
        }
    }
}
