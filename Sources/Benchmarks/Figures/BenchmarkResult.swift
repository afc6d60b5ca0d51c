/// What one benchmark came to under one set of conditions: a row of the table.
public struct BenchmarkResult: Codable, Sendable, Hashable {
    /// The subcommand, such as `drain`.
    public var benchmark: String
    /// The conditions in a few words: `100000 tasks`.
    public var conditions: String
    /// The conditions as numbers, for programs, such as `tasks` and `params_bytes`.
    public var settings: [String: Double]
    /// Tasks a second.
    public var rate: Spread?
    /// Tasks a second in each part of the run, in order; of the run in the middle.
    public var parts: [Double]?
    /// How long it took, as the benchmark says from where to where.
    public var latency: Percentiles?
    /// PostgreSQL's CPU time for one task, in microseconds.
    public var serverMicroseconds: Double?
    /// Bytes of write-ahead log for one task.
    public var walBytes: Double?
    /// CPU time of the process under test for one task, in microseconds.
    public var clientMicroseconds: Double?
    /// Its resident memory, in MiB.
    public var residentMiB: Double?
    /// Statements a second that PostgreSQL ran.
    public var statementsPerSecond: Double?
    /// What part of the limit at the same batch size, measured in the same run, the rate is.
    public var ofLimit: Double?
    /// Further numbers, by name.
    public var figures: [String: Double]

    /// A row that is filled in by its benchmark.
    public init(_ benchmark: String, _ conditions: String, settings: [String: Double] = [:]) {
        self.benchmark = benchmark
        self.conditions = conditions
        self.settings = settings
        figures = [:]
    }

    /// Keys as everywhere else in Muster.
    enum CodingKeys: String, CodingKey {
        case benchmark, conditions, settings, rate, parts, figures
        case latency = "latency_ms"
        case serverMicroseconds = "server_us_per_task"
        case walBytes = "wal_bytes_per_task"
        case clientMicroseconds = "client_us_per_task"
        case residentMiB = "rss_mib"
        case statementsPerSecond = "statements_per_second"
        case ofLimit = "ratio_to_limit"
    }
}
