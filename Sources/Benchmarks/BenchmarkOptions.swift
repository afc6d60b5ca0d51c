/// What a caller can choose; nil takes what the benchmark itself thinks right.
public struct BenchmarkOptions: Sendable, Hashable {
    /// Tasks of one run.
    public var tasks: Int?
    /// Runs of each measurement.
    public var repeats = 3
    /// Further turns of drain and its limit while their median would fail the guard.
    public var furtherTurns = 0
    /// The size of each task's params.
    public var paramsBytes = 60
    /// How long each handler sleeps; zero is a handler that does nothing.
    public var workMilliseconds = 0
    /// Tasks of one call, or of one claim of the limit.
    public var batch: Int?
    /// Attempts at once in the worker under test; nil leaves what Muster ships.
    public var concurrency: Int?
    /// How long a measurement by time goes on.
    public var seconds: Int?
    /// Connections that submit, or clients of the limit.
    public var clients: Int?

    /// Nothing chosen.
    public init() {}
}

/// A benchmark that cannot be run as asked, or did not end as it must.
public struct BenchmarkError: Error, Sendable, CustomStringConvertible {
    /// One sentence that says what is wrong and what to do.
    public let description: String

    /// An error with its remedy.
    public init(_ description: String) { self.description = description }
}
