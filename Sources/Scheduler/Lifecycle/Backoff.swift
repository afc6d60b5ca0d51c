/// How long to wait before trying the database again: 50 ms, doubling to 5 s, each spread by ±50 % so that processes do not come in step.
struct Backoff: Sendable {
    private var failures = 0

    /// The wait after one more failure.
    mutating func next() -> Duration {
        let base = min(50 * (1 << min(failures, 7)), 5000)
        failures += 1
        return .milliseconds(Int64(Double(base) * Double.random(in: 0.5...1.5)))
    }

    /// After a success.
    mutating func reset() { failures = 0 }
}
