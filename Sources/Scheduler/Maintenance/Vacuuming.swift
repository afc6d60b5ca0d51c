import Postgres

extension TaskScheduler {
    /// Dead rows from which on a vacuum is worth its start.
    private static let worthVacuuming = 20_000

    /// Vacuums the table of unfinished tasks that is deadest, if autovacuum has not come to it: one at a time, within the pool's limit for a
    /// statement.
    ///
    /// Autovacuum looks at a table once a minute; a busy queue turns its tables over in seconds.
    func vacuumHotTable() async throws {
        guard let (table, dead) = try await client.execute(FindDeadRows(atLeast: Self.worthVacuuming)).first else { return }
        try await VacuumTable.run(table, on: client)
        events.record(.vacuumed(table: table, dead: Int(dead)))
    }
}
