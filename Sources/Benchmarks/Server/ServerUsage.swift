import Postgres

/// What the server had used at one moment, for differences.
struct ServerUsage: Sendable {
    var at: Int64
    var cpuSeconds: Double?
    var walBytes: Int64
    var statements: [StatementCount]?
    var transactions: Int64

    /// Reads the counters of the server and of the database.
    static func read(_ database: BenchmarkDatabase) async throws -> ServerUsage {
        let client = database.client
        let counts = try await client.execute(HasStatementCounts()).first == true ? try await client.execute(ReadStatementCounts()) : nil
        return ServerUsage(
            at: MonotonicTime.now, cpuSeconds: database.server.postmaster.flatMap(ProcessUsage.cpuSecondsWithChildren),
            walBytes: try await client.execute(ReadWAL()).first ?? 0, statements: counts,
            transactions: try await client.execute(ReadTransactions()).first ?? 0)
    }

    /// PostgreSQL's CPU time since, for each of so many tasks, in microseconds.
    func serverMicroseconds(since earlier: ServerUsage, tasks: Int) -> Double? {
        guard let now = cpuSeconds, let then = earlier.cpuSeconds, tasks > 0 else { return nil }
        return (now - then) * 1e6 / Double(tasks)
    }

    /// Write-ahead log since, for each of so many tasks, in bytes.
    func walBytes(since earlier: ServerUsage, tasks: Int) -> Double? {
        tasks > 0 ? Double(walBytes - earlier.walBytes) / Double(tasks) : nil
    }

    /// Statements since; transactions where the server does not count statements.
    func statementCount(since earlier: ServerUsage) -> Int64 {
        guard let statements, let before = earlier.statements else { return transactions - earlier.transactions }
        return statements.reduce(0) { $0 + $1.calls } - before.reduce(0) { $0 + $1.calls }
    }

    /// Calls, rows and time since, of the statements whose text contains this.
    func statement(containing text: String, since earlier: ServerUsage) -> (calls: Int64, rows: Int64, milliseconds: Double)? {
        func sums(_ usage: ServerUsage) -> (Int64, Int64, Double) {
            (usage.statements ?? []).filter { $0.query.contains(text) }
                .reduce((0, 0, 0)) { ($0.0 + $1.calls, $0.1 + $1.rows, $0.2 + $1.milliseconds) }
        }
        guard statements != nil else { return nil }
        let now = sums(self)
        let then = sums(earlier)
        return now.0 > then.0 ? (now.0 - then.0, now.1 - then.1, now.2 - then.2) : nil
    }
}
