import HomeserverClient

/// How many redactions are on their way at once: fewer when the homeserver says that they are too many.
///
/// Halved by a 429, whose wait holds for all unless it is so long that they had better end, and grown again by one after each row of
/// successes. Only events of one room are on their way at a time, the one that began first: the homeserver stores those together, and others
/// wait less than beside several rooms. Rooms with few events go side by side: one of them would leave most turns empty.
actor Pace {
    /// Successes in a row after which one more may be on its way.
    private static let rowOfSuccesses = 20

    private let most: Int
    private let longestWait: Duration
    private let pause: @Sendable (Duration) async throws -> Void
    private(set) var allowed: Int
    private var busy = 0
    /// The rank of the room whose events are on their way.
    private var holder: Int?
    /// Whether that room has few events.
    private var isHeldByFew = false
    private var successes = 0
    private var pausedUntil = ContinuousClock.now
    private var waiting: [Waiting] = []
    private var nextID = 0

    private struct Waiting {
        let id: Int
        let rank: Int
        let isFew: Bool
        let turn: CheckedContinuation<Void, any Error>
    }

    /// How many wait for a turn.
    var waitingCount: Int { waiting.count }

    /// - Parameters:
    ///   - most: so many at once as long as nothing is said against it
    ///   - longestWait: who would have to wait for longer is refused as limited
    ///   - pause: what waits
    init(most: Int, longestWait: Duration = .seconds(60), pause: @escaping @Sendable (Duration) async throws -> Void) {
        self.most = max(1, most)
        self.longestWait = longestWait
        self.pause = pause
        allowed = self.most
    }

    /// Waits for a turn, and until the homeserver's last wait is over.
    ///
    /// - Parameters:
    ///   - rank: the room; the smallest comes first
    ///   - isFew: whether the room has few events, so that it goes beside others that have
    /// - Throws: ``HomeserverError`` of kind `limited` when that wait is longer than allowed
    func enter(rank: Int = 0, isFew: Bool = false) async throws {
        try Task.checkCancellation()
        if mayGo(rank, isFew), !waiting.contains(where: { $0.rank == rank }) { go(rank, isFew) } else { try await queue(rank, isFew) }
        do {
            while case let left = ContinuousClock.now.duration(to: pausedUntil), left > .zero {
                guard left <= longestWait else { throw HomeserverError(.limited(retryAfter: left), call: "redact an event", status: 429) }
                try await pause(left)
            }
        } catch {
            leave()
            throw error
        }
    }

    /// Ends a turn that had no answer to learn from.
    func leave() {
        busy -= 1
        admit()
    }

    /// Ends a turn that went well.
    func succeeded() {
        successes += 1
        if successes >= Self.rowOfSuccesses, allowed < most { (allowed, successes) = (allowed + 1, 0) }
        leave()
    }

    /// Ends a turn that the homeserver refused as too much.
    func limited(_ wait: Duration) {
        // Those who were on their way together are refused together: that counts once.
        if ContinuousClock.now >= pausedUntil { allowed = max(1, allowed / 2) }
        successes = 0
        pausedUntil = max(pausedUntil, .now + wait)
        leave()
    }

    private func queue(_ rank: Int, _ isFew: Bool) async throws {
        let id = nextID
        nextID += 1
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiting.append(Waiting(id: id, rank: rank, isFew: isFew, turn: $0)) }
        } onCancel: {
            Task { await abandon(id) }
        }
    }

    private func abandon(_ id: Int) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: index).turn.resume(throwing: CancellationError())
    }

    private func admit() {
        while let first = waiting.indices.filter({ mayGo(waiting[$0].rank, waiting[$0].isFew) }).min(by: {
            waiting[$0].rank < waiting[$1].rank
        }) {
            go(waiting[first].rank, waiting[first].isFew)
            waiting.remove(at: first).turn.resume()
        }
    }

    private func mayGo(_ rank: Int, _ isFew: Bool) -> Bool {
        if busy == 0 { return true }
        guard busy < allowed else { return false }
        if holder == rank { return true }
        // A room with many that began earlier is not passed for ever.
        return isFew && isHeldByFew && !waiting.contains { !$0.isFew && $0.rank < rank }
    }

    private func go(_ rank: Int, _ isFew: Bool) {
        busy += 1
        (holder, isHeldByFew) = (rank, isFew)
    }
}
