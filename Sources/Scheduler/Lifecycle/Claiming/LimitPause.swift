/// Which limited actions need not be asked for now: they are at their limit, and nothing has been heard of a free slot.
///
/// An action at its limit must neither keep the claimer spinning nor delay any other.
struct LimitPause: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Pause {
        var askedAt: Instant
        var until: Instant
    }

    /// While hints come thick and fast, a paused action is asked for no more often than this.
    private static let patience = Duration.milliseconds(10)

    private var pauses: [Int16: Pause] = [:]

    /// Whether an action may be asked for.
    func allows(_ action: Int16, at now: Instant) -> Bool { pauses[action].map { $0.until <= now } ?? true }

    /// How long until the first of these may be asked for again; nil when none is paused.
    func wait(for actions: some Sequence<Int16>, at now: Instant) -> Duration? {
        actions.compactMap { pauses[$0]?.until }.filter { $0 > now }.min().map { now.duration(to: $0) }
    }

    /// Notes that an action has no room, and when to ask again if nothing is heard.
    mutating func pause(_ action: Int16, for time: Duration, at now: Instant) {
        pauses[action] = Pause(askedAt: now, until: now.advanced(by: time))
    }

    /// Something was heard: a slot may be free.
    mutating func hint() {
        for (action, pause) in pauses {
            pauses[action]?.until = min(pause.until, pause.askedAt.advanced(by: Self.patience))
        }
    }
}
