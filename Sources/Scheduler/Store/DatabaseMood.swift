import Synchronization

/// What a process's own work meets at the database: which kinds of it fail now, and which are known to go on.
///
/// A readiness probe asks; its own look at the database only reads, and reads succeed where nothing can be written.
final class DatabaseMood: Sendable {
    /// A kind of work that goes on for as long as the process lives, or is done for others.
    enum Work: String, Sendable, Hashable, CaseIterable {
        /// The heartbeat.
        case beating
        /// Rounds of looking and claiming.
        case claiming
        /// Telling how attempts ended.
        case reporting
        /// Submissions of this process.
        case submitting
    }

    private struct State {
        var failedAt: [Work: ContinuousClock.Instant] = [:]
        var wentAt: [Work: ContinuousClock.Instant] = [:]
    }

    /// Nobody may come to submit again: what failed so long ago tells nothing of now.
    private static let memory = Duration.seconds(10)

    private let state = Mutex(State())
    /// Written under the lock, so that it never says calm of a state that is not.
    private let isTroubled = Atomic<Bool>(false)

    /// Notes that work failed.
    func failed(_ work: Work) {
        state.withLock { state in
            state.failedAt[work] = .now
            isTroubled.store(true, ordering: .releasing)
        }
    }

    /// Notes that work went well, which costs next to nothing while all goes well.
    func went(_ work: Work) {
        guard isTroubled.load(ordering: .acquiring) else { return }
        state.withLock { state in
            state.failedAt[work] = nil
            isTroubled.store(!state.failedAt.isEmpty, ordering: .releasing)
        }
    }

    /// Notes when a round of work was done.
    func wentRound(_ work: Work) {
        state.withLock { $0.wentAt[work] = .now }
        went(work)
    }

    /// The kinds of work that fail now.
    func failing(at now: ContinuousClock.Instant = .now) -> [Work] {
        state.withLock { state in
            Work.allCases.filter { work in
                guard let at = state.failedAt[work] else { return false }
                return work != .submitting || at.duration(to: now) < Self.memory
            }
        }
    }

    /// How long ago a round of work was done; nil when there was none.
    func sinceRound(_ work: Work, at now: ContinuousClock.Instant = .now) -> Duration? {
        state.withLock { $0.wentAt[work]?.duration(to: now) }
    }
}
