/// How far an attempt is, in counters for people.
public struct TaskProgress: Hashable, Sendable, Codable {
    /// Units done so far, counted over all attempts.
    public var done: Int64
    /// Units in all, as far as is known now.
    public var total: Int64?
    /// Units that could not be done.
    public var failed: Int64
    /// Further counters by their unit, such as `rooms`; read from the checkpoint where one task is looked up, and empty elsewhere.
    ///
    /// A checkpoint that holds `"parts": {"rooms": [42, 500]}`, done and in all, shows them.
    public var parts: [String: Part] = [:]

    /// A further counter.
    public struct Part: Hashable, Sendable {
        /// Units done so far, and in all.
        public var done, total: Int64

        /// A counter.
        public init(done: Int64, total: Int64) { (self.done, self.total) = (done, total) }
    }

    // Parts are the checkpoint's.
    private enum CodingKeys: String, CodingKey { case done, total, failed }

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

    /// Reads what a checkpoint has under `parts`: numbers in pairs; anything else is none.
    static func parts(_ json: String) -> [String: Part] {
        guard let pairs = try? JSONBytes(json).decode([String: [Int64]].self) else { return [:] }
        return pairs.compactMapValues { $0.count == 2 ? Part(done: $0[0], total: $0[1]) : nil }
    }
}
