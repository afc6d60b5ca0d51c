/// How far an attempt is, in counters for people.
public struct TaskProgress: Hashable, Sendable, Codable {
    /// Units done so far, counted over all attempts.
    public var done: Int64
    /// Units in all, as far as is known now.
    public var total: Int64?
    /// Units that could not be done.
    public var failed: Int64

    /// Counters; negative values are stored as 0.
    public init(done: Int64 = 0, total: Int64? = nil, failed: Int64 = 0) {
        self.done = max(0, done)
        self.total = total.map { max(0, $0) }
        self.failed = max(0, failed)
    }

    /// The share done, 0 to 1; nil while the total is unknown.
    public var fraction: Double? {
        guard let total else { return nil }
        guard total > 0 else { return 1 }
        return min(1, Double(done + failed) / Double(total))
    }
}
