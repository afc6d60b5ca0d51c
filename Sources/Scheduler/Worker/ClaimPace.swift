/// When to claim, how many, and when to look at what is due: the claimer's policy, without I/O or a clock of its own.
struct ClaimPace: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What to do next.
    enum Step: Sendable, Hashable {
        /// Ask whether anything is due.
        case look
        /// Claim at most so many.
        case claim(Int)
        /// Wait for a hint, for so much room, or for so long.
        case wait(ahead: Int, room: Int, atMost: Duration)
    }

    private(set) var ahead: ClaimAhead
    private(set) var suspicion: Suspicion
    private let pollInterval: Duration
    /// Whether more is ready, as far as is known: a hint came, or the last claim was full.
    private var hasMore = true
    /// Whether a claim was made since the last look: looks must not keep claims from being made.
    private var hasClaimed = true
    private var lookedAt: Instant
    private var nextLook: Instant

    /// At most so many tasks in one statement.
    private let batchLimit: Int
    /// After a claim that took all there was, the next look, which says when something is due, comes at least this long after the last.
    private static let lookInterval = Duration.milliseconds(10)

    init(settings: SchedulerSettings, now: Instant) {
        ahead = ClaimAhead(lanes: settings.concurrency, now: now)
        suspicion = Suspicion(maximumCrashes: settings.maximumCrashes)
        pollInterval = settings.pollInterval
        batchLimit = settings.claimBatch
        lookedAt = now
        nextLook = now
    }

    /// Somebody says that something may be ready.
    mutating func hint() { hasMore = true }

    /// How many may be claimed beyond the free lanes: none beside tasks that were there when a process died.
    func tasksAhead(_ count: LiveAttempts.Count) -> Int { suspicion.isCareful || count.suspects > 0 ? 0 : ahead.tasks }

    /// What to do now.
    mutating func step(_ count: LiveAttempts.Count, now: Instant) -> Step {
        ahead.look(at: now, ended: count.ended)
        let ahead = tasksAhead(count)
        let room = count.free + ahead - count.waiting
        // While much is claimed ahead, a claim waits until it is worth its round trip.
        let worth = max(1, min(ahead / 2, batchLimit))
        let canClaim = hasMore && room >= worth
        if now >= nextLook, hasClaimed || !canClaim { return .look }
        if canClaim { return .claim(min(room, batchLimit)) }
        return .wait(ahead: ahead, room: hasMore ? worth : .max, atMost: now.duration(to: nextLook))
    }

    /// Notes what a look found.
    mutating func looked(anyReady: Bool, again: Duration?, now: Instant) {
        if anyReady { hasMore = true }
        hasClaimed = false
        lookedAt = now
        // With nothing to do half as long again: an idle process, its heartbeat included, is to ask less than once a second.
        let pause = anyReady ? pollInterval : pollInterval * 3 / 2
        nextLook = now.advanced(by: max(Self.lookInterval / 10, min(pause, again ?? pause)))
    }

    /// Notes what a claim brought.
    mutating func claimed(_ count: Int, of limit: Int, now: Instant) {
        hasMore = count >= limit
        hasClaimed = true
        // What the hint was about may be due a little later.
        if !hasMore { nextLook = min(nextLook, max(now, lookedAt.advanced(by: Self.lookInterval))) }
    }

    /// Notes that attempts waited too long for a lane.
    mutating func overdue(_ count: LiveAttempts.Count, now: Instant) { ahead.reset(at: now, ended: count.ended) }

    /// Judges a claimed batch; nil when all of it may wait for a lane.
    mutating func judge(crashes: some Collection<Int>, free: Int, holdsLastChance: @autoclosure () -> Bool) -> [Suspicion.Fate]? {
        suspicion.judge(crashes: crashes, free: free, holdsLastChance: holdsLastChance())
    }
}
