import Synchronization

/// What attempts learnt about the outside: handlers are to be asked again whether they can work.
final class Doubts: Sendable {
    private let raised = Signal()
    private let told = Mutex<[ActionName: ContinuousClock.Instant]>([:])

    /// Of an action's attempts that end alike for an hour, one line a minute says why.
    private static let pauseBetweenLines = Duration.seconds(60)

    /// Notes that an attempt could not go on for want of something outside.
    ///
    /// - Returns: whether it is to be told.
    func raise(_ action: ActionName, now: ContinuousClock.Instant = .now) -> Bool {
        raised.set()
        return told.withLock { told in
            if let last = told[action], last.duration(to: now) < Self.pauseBetweenLines { return false }
            told[action] = now
            return true
        }
    }

    /// Waits until there are any, at most so long.
    func wait(atMost limit: Duration) async { await raised.wait(timeout: limit) }
}
