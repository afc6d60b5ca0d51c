import Synchronization

/// When a graceful stop must be over, whatever the database does: the grace period, and a little for what comes after it.
final class StopDeadline: Sendable {
    private struct Span {
        var endOfGrace: ContinuousClock.Instant
        var end: ContinuousClock.Instant
    }

    /// How long giving everything back may take after the grace period.
    private static let wrapUp = Duration.seconds(6)
    /// What is left in any case to who hears late of the stop.
    private static let least = Duration.seconds(3)

    private let span = Mutex<Span?>(nil)

    /// Until when attempts may run.
    var endOfGrace: ContinuousClock.Instant { span.withLock { $0?.endOfGrace } ?? .now }

    /// Begins the stop now, unless it has begun.
    func begin(grace: Duration) {
        let end = ContinuousClock.now.advanced(by: grace)
        span.withLock { $0 = $0 ?? Span(endOfGrace: end, end: end.advanced(by: Self.wrapUp)) }
    }

    /// Notes that the steps of the stop begin only now.
    func hear() {
        let earliest = ContinuousClock.now.advanced(by: Self.least)
        span.withLock { span in
            guard let end = span?.end else { return }
            span?.end = max(end, earliest)
        }
    }

    /// How long a step may take that wants no more than this.
    func left(atMost limit: Duration) -> Duration {
        guard let end = span.withLock({ $0?.end }) else { return limit }
        return min(limit, max(.zero, ContinuousClock.now.duration(to: end)))
    }
}
