import Synchronization

/// Which duties of maintenance are due, as far as this process has heard: from its heartbeats, and from hints that the roll has changed.
final class DutyBoard: Sendable {
    private struct State {
        var timed: [TimedDuty] = []
        var due: Set<String> = []
        var hasRollChanged = false
    }

    private let state = Mutex(State())
    private let signal = Signal()

    /// The duties that come round by time; none in a process without maintenance.
    var timed: [TimedDuty] {
        get { state.withLock { $0.timed } }
        set { state.withLock { $0.timed = newValue } }
    }

    /// Notes duties that a heartbeat found due.
    func post(_ duties: [String]) {
        guard !duties.isEmpty else { return }
        state.withLock { $0.due.formUnion(duties) }
        signal.set()
    }

    /// Notes that a process joined, left or changed: the roll is to be called now.
    func rollChanged() {
        state.withLock { $0.hasRollChanged = true }
        signal.set()
    }

    /// Takes what is due off the board.
    func take() -> (due: Set<String>, hasRollChanged: Bool) {
        state.withLock { state in
            defer { (state.due, state.hasRollChanged) = ([], false) }
            return (state.due, state.hasRollChanged)
        }
    }

    /// Waits until something is posted, at most so long.
    func wait(atMost limit: Duration) async { await signal.wait(timeout: limit) }
}
