/// When the next full look is due: full looks take about a tenth of the time at most, however much they have to walk over.
///
/// A look that finds nothing dead to walk over takes a millisecond, and a task that was committed late waits for 20 ms. With a million
/// dead entries under a long transaction a full look takes some tenths of a second; then such a task waits for seconds, and all others
/// are claimed at full speed.
struct LookBudget: Sendable {
    private static let share = 10
    private static let shortest = Duration.milliseconds(20)
    private static let longest = Duration.seconds(5)

    private var dueAt: ContinuousClock.Instant?

    /// How long until a full look may be taken; zero when one is due.
    func wait(at now: ContinuousClock.Instant) -> Duration {
        guard let dueAt, dueAt > now else { return .zero }
        return now.duration(to: dueAt)
    }

    /// Notes that a full look has just ended.
    mutating func spend(_ cost: Duration, at now: ContinuousClock.Instant) {
        dueAt = now.advanced(by: min(max(cost * Self.share, Self.shortest), Self.longest))
    }

    /// Makes a full look due at once.
    mutating func reset() { dueAt = nil }
}
