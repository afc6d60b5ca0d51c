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
    /// One row from several runs: the rate with its range, of all else the median, the parts of the run in the middle.
    init(_ benchmark: String, _ conditions: String, settings: [String: Double] = [:], runs: [RunOutcome]) {
        self.init(benchmark, conditions, settings: settings)
        func median(_ value: (RunOutcome) -> Double?) -> Double? { Spread(runs.compactMap(value))?.median }
        rate = Spread(runs.map(\.rate))
        let sorted = runs.sorted { $0.rate < $1.rate }
        let middle = sorted.isEmpty ? nil : sorted[sorted.count / 2]
        parts = middle.flatMap { $0.parts.isEmpty ? nil : $0.parts }
        serverMicroseconds = median(\.serverMicroseconds)
        walBytes = median(\.walBytes)
        clientMicroseconds = median(\.clientMicroseconds)
        residentMiB = median(\.residentMiB)
        statementsPerSecond = median(\.statementsPerSecond)
        for name in Set(runs.flatMap(\.figures.keys)) { figures[name] = median { $0.figures[name] } }
    }
}
