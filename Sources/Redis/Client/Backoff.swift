/// How long to wait before the next attempt while Redis is away: doubling from 50 ms to 5 s, with jitter so that processes do not come in step.
struct Backoff: Sendable {
    static let shortest = Duration.milliseconds(50)
    static let longest = Duration.seconds(5)

    private(set) var failures = 0

    /// Counts a failure and returns the wait: between half and the whole of the doubled time, `jitter` being from 0 to 1.
    mutating func next(jitter: Double) -> Duration {
        let doublings = min(failures, 10)
        failures += 1
        let full = min(Self.shortest * (1 << doublings), Self.longest)
        return full * (0.5 + 0.5 * min(max(jitter, 0), 1))
    }

    mutating func reset() {
        failures = 0
    }
}
