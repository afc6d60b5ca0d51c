/// How long a connection that lives on a thread of its own waits before it tries its server again: doubling from 50 ms to 5 s, with jitter so
/// that processes do not come in step.
package struct Backoff: Sendable {
    package static let shortest = Duration.milliseconds(50)
    package static let longest = Duration.seconds(5)

    package private(set) var failures = 0

    /// No failure yet.
    package init() {}

    /// Counts a failure and returns the wait: between half and the whole of the doubled time, `jitter` being from 0 to 1.
    package mutating func next(jitter: Double) -> Duration {
        let doublings = min(failures, 10)
        failures += 1
        let full = min(Self.shortest * (1 << doublings), Self.longest)
        return full * (0.5 + 0.5 * min(max(jitter, 0), 1))
    }

    package mutating func reset() {
        failures = 0
    }
}
