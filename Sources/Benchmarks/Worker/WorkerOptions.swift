/// What the process under test is told on its command line.
public struct WorkerOptions: Sendable, Hashable {
    /// After each so many handled tasks it says when that was; zero never.
    public var mark = 0
    /// How long each handler sleeps.
    public var workMilliseconds = 0
    /// Attempts at once; nil leaves what Muster ships.
    public var concurrency: Int?
    /// The most that one claim takes; nil leaves what Muster ships.
    public var claimBatch: Int?
    /// Attempts of the action at once in the whole fleet, as `limits` has it; nil for no limit.
    public var limit: Int?
    /// Whether the params say when each task was submitted, and the delay is to be counted.
    public var measuresLatency = false
    /// Seconds after which the delays counted so far are told and a new count begins; zero never.
    public var slice = 0

    /// A worker as it is shipped, which says nothing but that it is ready.
    public init() {}

    /// The options as arguments of the hidden command.
    var arguments: [String] {
        var arguments = ["--mark", "\(mark)", "--work-ms", "\(workMilliseconds)", "--slice", "\(slice)"]
        if let concurrency { arguments += ["--concurrency", "\(concurrency)"] }
        if let claimBatch { arguments += ["--claim-batch", "\(claimBatch)"] }
        if let limit { arguments += ["--limit", "\(limit)"] }
        if measuresLatency { arguments.append("--latency") }
        return arguments
    }
}
