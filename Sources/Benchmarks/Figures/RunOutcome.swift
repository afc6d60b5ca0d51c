/// What one run of a measurement came to.
struct RunOutcome: Sendable {
    /// Tasks a second.
    var rate: Double
    /// Tasks a second in each part of the run.
    var parts: [Double] = []
    /// PostgreSQL's CPU time for one task.
    var serverMicroseconds: Double?
    /// Write-ahead log for one task.
    var walBytes: Double?
    /// CPU time of the client for one task.
    var clientMicroseconds: Double?
    /// Its resident memory.
    var residentMiB: Double?
    /// Statements that PostgreSQL ran a second.
    var statementsPerSecond: Double?
    /// Further numbers.
    var figures: [String: Double] = [:]
}

extension RunOutcome {
    /// A run of so many tasks between two readings.
    init(tasks: Int, seconds: Double, from before: ServerUsage, to after: ServerUsage, clientSeconds: Double?) {
        rate = Double(tasks) / seconds
        serverMicroseconds = after.serverMicroseconds(since: before, tasks: tasks)
        walBytes = after.walBytes(since: before, tasks: tasks)
        clientMicroseconds = clientSeconds.map { $0 * 1e6 / Double(max(1, tasks)) }
        statementsPerSecond = Double(after.statementCount(since: before)) / seconds
    }
}

extension BenchmarkResult {
    /// One row from several runs: the rate with its range, of all else the median, of each part too.
    init(_ benchmark: String, _ conditions: String, settings: [String: Double] = [:], runs: [RunOutcome]) {
        self.init(benchmark, conditions, settings: settings)
        func median(_ value: (RunOutcome) -> Double?) -> Double? { Spread(runs.compactMap(value))?.median }
        rate = Spread(runs.map(\.rate))
        let most = runs.map(\.parts.count).max() ?? 0
        parts = most == 0 ? nil : (0..<most).compactMap { part in median { part < $0.parts.count ? $0.parts[part] : nil } }
        serverMicroseconds = median(\.serverMicroseconds)
        walBytes = median(\.walBytes)
        clientMicroseconds = median(\.clientMicroseconds)
        residentMiB = median(\.residentMiB)
        statementsPerSecond = median(\.statementsPerSecond)
        for name in Set(runs.flatMap(\.figures.keys)) { figures[name] = median { $0.figures[name] } }
    }
}
