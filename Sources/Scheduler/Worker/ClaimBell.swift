import Synchronization

/// Wakes the claimer: when something may be ready, and when there is room for more.
final class ClaimBell: Sendable {
    private let signal = Signal()
    private let hinted = Atomic<Bool>(false)

    /// Something may be ready, or due at another time than was known.
    func hint() {
        hinted.store(true, ordering: .releasing)
        signal.set()
    }

    /// Something else has changed: there is room, or the process has become a member.
    func ring() { signal.set() }

    /// Whether there was a hint since this was asked last.
    func takeHint() -> Bool { hinted.exchange(false, ordering: .acquiringAndReleasing) }

    /// Waits until the bell rings, at most so long.
    func wait(atMost limit: Duration) async { await signal.wait(timeout: limit) }
}
