import Synchronization

/// The attempts that this process holds: those that wait for a lane, those that run, and those whose end the store does not know yet.
///
/// Hands them to lanes: at most `concurrency` run at once. A handler that ignores cancellation is abandoned but keeps its lane; as many
/// lanes as that are opened in their place, at most `concurrency` more, so that deaf handlers neither stop a process nor grow without bound.
final class LiveAttempts: Sendable {
    /// How many there are, by where they stand.
    struct Count: Sendable, Hashable {
        /// Claimed and not begun.
        var waiting = 0
        /// Whose handlers run and count.
        var running = 0
        /// Whose handlers run on although their claims were given up.
        var abandoned = 0
        /// Attempts that began and whose handlers have returned, since the start.
        var ended = 0
        /// Lanes that could take an attempt now.
        var free = 0
        /// Tasks among all that are held which were held by a process when it died.
        var suspects = 0
    }

    struct State {
        var all: [Int64: LiveAttempt] = [:]
        var line = WaitingLine()
        /// Lanes that have nothing to do.
        var idle: [CheckedContinuation<LiveAttempt?, Never>] = []
        /// Attempts in the hands of lanes, abandoned ones included.
        var busy = 0
        var abandoned = 0
        var ended = 0
        /// Lanes that exist.
        var lanes = 0
        var suspects = 0
        var isOver = false
        /// Whoever claims wants to know when so many more could be claimed.
        var alarm: Alarm?
    }

    struct Alarm {
        var ahead: Int
        var room: Int
    }

    /// What is to be done once the lock is free.
    struct Effects {
        var resumed: [(CheckedContinuation<LiveAttempt?, Never>, LiveAttempt?)] = []
        var opened: [LiveAttempt] = []
        var hasRoom = false
        var isQuiet = false
    }

    private let state = Mutex(State())
    let concurrency: Int
    private let onRoom: @Sendable () -> Void
    private let onQuiet: @Sendable () -> Void
    private let run: @Sendable (LiveAttempt, Lane, LiveAttempts) async -> Bool

    /// - Parameters:
    ///   - concurrency: attempts that run at once
    ///   - onRoom: called once when as much room has come up as ``tellRoom(ahead:atLeast:)`` asked for
    ///   - onQuiet: called when the last attempt that waited or ran has ended
    ///   - run: runs one attempt on a lane; true when the lane's Swift task was, or may have been, cancelled
    init(
        concurrency: Int, onRoom: @escaping @Sendable () -> Void, onQuiet: @escaping @Sendable () -> Void,
        run: @escaping @Sendable (LiveAttempt, Lane, LiveAttempts) async -> Bool
    ) {
        self.concurrency = concurrency
        self.onRoom = onRoom
        self.onQuiet = onQuiet
        self.run = run
    }

    var count: Count {
        state.withLock { state in
            Count(
                waiting: state.line.count, running: state.busy - state.abandoned, abandoned: state.abandoned, ended: state.ended,
                free: free(state), suspects: state.suspects)
        }
    }

    /// Whether nothing waits and nothing runs; what was abandoned does not count.
    var isQuiet: Bool { state.withLock { Self.isQuiet($0) } }

    /// Everything that is held, ended attempts included that the store has perhaps not been told of.
    var all: [LiveAttempt] { state.withLock { Array($0.all.values) } }

    subscript(id: TaskID) -> LiveAttempt? { state.withLock { $0.all[id.rawValue] } }

    /// Whether anything that is held fulfils a condition.
    func holds(_ condition: (LiveAttempt) -> Bool) -> Bool { state.withLock { $0.all.values.contains(where: condition) } }

    /// Since when the first in the line waits.
    var waitingSince: ContinuousClock.Instant? { state.withLock { $0.line.first?.claimedAt } }

    /// Calls `onRoom` once, as soon as so many more can be claimed; at once if that is so now.
    func tellRoom(ahead: Int, atLeast room: Int) {
        change { state, _ in state.alarm = Alarm(ahead: ahead, room: room) }
    }

    /// Takes claimed attempts in: free lanes begin with them at once, the rest wait in line.
    ///
    /// - Parameter mayStart: which of them may begin, by index; the others are on the list until the store knows that they went back
    /// - Returns: what was held of the same tasks until now: those claims are lost.
    func add(_ claimed: [LiveAttempt], mayStart: (Int) -> Bool) -> [LiveAttempt] {
        change { state, effects in
            var replaced: [LiveAttempt] = []
            var new: [LiveAttempt] = []
            new.reserveCapacity(claimed.count)
            for (index, attempt) in claimed.enumerated() {
                if let old = state.all[attempt.fence.id] {
                    // A server crash can undo a claim that was not durable. Claimed again by the same attempt, it owns its claim again.
                    if old.fence == attempt.fence, !old.isReported { continue }
                    if old.crashes > 0 { state.suspects -= 1 }
                    replaced.append(old)
                }
                state.all[attempt.fence.id] = attempt
                if attempt.crashes > 0 { state.suspects += 1 }
                if mayStart(index) { new.append(attempt) }
            }
            state.line.append(new)
            handOut(&state, &effects)
            return replaced
        }
    }

    /// Takes an attempt out of the line; false when it is not there, because a lane has it or it has ended.
    func withdraw(_ attempt: LiveAttempt) -> Bool {
        change { state, _ in state.line.remove(attempt) }
    }

    /// Takes everything out of the line.
    func withdrawAll() -> [LiveAttempt] {
        change { state, _ in state.line.removeAll() }
    }

    /// Notes that a handler goes on although its attempt was given up.
    func abandon(_ attempt: LiveAttempt) {
        change { state, effects in
            state.abandoned += 1
            handOut(&state, &effects)
        }
    }

    /// Takes attempts off the list whose ends the store knows, unless later attempts of the same tasks stand there by now.
    func remove(_ attempts: some Sequence<LiveAttempt>) {
        state.withLock { state in
            for attempt in attempts where state.all[attempt.fence.id] === attempt {
                state.all[attempt.fence.id] = nil
                if attempt.crashes > 0 { state.suspects -= 1 }
            }
        }
    }

    /// Changes the state, then does what follows from it.
    func change<Result: Sendable>(_ body: (inout State, inout Effects) -> Result) -> Result {
        let (result, effects) = state.withLock { state in
            let wasQuiet = Self.isQuiet(state)
            var effects = Effects()
            let result = body(&state, &effects)
            ring(&state, &effects)
            effects.isQuiet = !wasQuiet && Self.isQuiet(state)
            return (result, effects)
        }
        apply(effects)
        return result
    }

    private static func isQuiet(_ state: State) -> Bool { state.line.isEmpty && state.busy == state.abandoned }

    private func ring(_ state: inout State, _ effects: inout Effects) {
        guard let alarm = state.alarm, free(state) + alarm.ahead - state.line.count >= alarm.room else { return }
        state.alarm = nil
        effects.hasRoom = true
    }

    private func apply(_ effects: Effects) {
        for (lane, attempt) in effects.resumed { lane.resume(returning: attempt) }
        for attempt in effects.opened { open(attempt) }
        if effects.hasRoom { onRoom() }
        if effects.isQuiet { onQuiet() }
    }

    private func open(_ first: LiveAttempt) {
        let run = run
        Lane().open { lane in
            var next: LiveAttempt? = first
            while let attempt = next {
                let isStained = await run(attempt, lane, self)
                next = await self.next(after: attempt, isStained: isStained)
            }
        }
    }
}
