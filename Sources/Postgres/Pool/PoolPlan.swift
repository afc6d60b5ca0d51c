import OwnedThread

/// The pool's decisions: who waits, who gets a connection, when to open one, when to give up.
///
/// No clock, no locks, no I/O. Every event returns what the shell has to do. The plan owns the idle connections; lent ones are only
/// counted.
struct PoolPlan<Connection> {
    typealias Instant = ContinuousClock.Instant
    typealias WaiterID = UInt64

    /// What the shell has to do after an event, outside its lock.
    struct Effects {
        var served: [(WaiterID, Connection)] = []
        var failed: [(WaiterID, PostgresError)] = []
        /// Connections to open, each after its delay.
        var opens: [Duration] = []
        var closed: [Connection] = []
        /// When to call ``PoolPlan/timeIsUp(now:)``, unless that is arranged already.
        var timer: Instant?
        /// When to call ``PoolPlan/idleTimeIsUp(now:)``, unless that is arranged already.
        var idleTimer: Instant?
        /// Everything has come back after ``PoolPlan/close()``.
        var isDrained = false
    }

    private let limit: Int
    private let patience: Duration
    private let idleTime: Duration?
    /// Oldest first.
    private var idle: [(connection: Connection, since: Instant)] = []
    private var hasIdleTimer = false
    /// How many of those that come back are to be closed, because the server has none left for somebody who goes before.
    private var owed = 0
    private var lent = 0
    private var opening = 0
    private var waiting: [(id: WaiterID, deadline: Instant)] = []
    private var hasTimer = false
    private var backoff = Backoff()
    private var notBefore: Instant?
    /// Until then one connection is all that this pool holds.
    private var shortUntil: Instant?
    private var lastFailure: PostgresError?
    private var isClosed = false

    /// - Parameter idleTime: how long a connection that nobody uses stays open; nil for as long as it lives
    init(limit: Int, patience: Duration, idleTime: Duration? = nil) {
        self.limit = limit
        self.patience = patience
        self.idleTime = idleTime
    }

    /// The longest wait before a server that had no connection left is asked again: one may come back at any moment.
    private static var longestShortage: Duration { .seconds(1) }
    /// How long a pool that was refused another connection holds one only: another process may have none.
    private static var thrift: Duration { .seconds(10) }

    /// A free connection without waiting, if nobody else waits; the most recently used first, so that the rest may sleep.
    mutating func takeIdle() -> Connection? {
        guard waiting.isEmpty, let last = idle.popLast() else { return nil }
        lent += 1
        return last.connection
    }

    mutating func wait(_ id: WaiterID, now: Instant) -> Effects {
        var effects = Effects()
        guard !isClosed else {
            effects.failed.append((id, Self.closedError))
            return effects
        }
        waiting.append((id, now + patience))
        serve(&effects)
        open(&effects, now: now)
        arrangeTimer(&effects)
        return effects
    }

    /// A caller has gone; nothing happens if it was served meanwhile.
    mutating func abandon(_ id: WaiterID) -> Bool {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return false }
        waiting.remove(at: index)
        return true
    }

    mutating func giveBack(_ connection: Connection, isReusable: Bool, now: Instant) -> Effects {
        lent -= 1
        var effects = Effects()
        let isOneTooMany = isShort(now) && idle.count + lent > 0
        keepOrClose(connection, isReusable: isReusable && owed == 0 && !isOneTooMany, now: now, &effects)
        owed = max(0, owed - 1)
        serve(&effects)
        open(&effects, now: now)
        arrangeIdleTimer(&effects)
        effects.isDrained = isDrained
        return effects
    }

    mutating func opened(_ connection: Connection, now: Instant) -> Effects {
        opening -= 1
        backoff.reset()
        notBefore = nil
        lastFailure = nil
        var effects = Effects()
        keepOrClose(connection, isReusable: true, now: now, &effects)
        serve(&effects)
        open(&effects, now: now)
        arrangeIdleTimer(&effects)
        effects.isDrained = isDrained
        return effects
    }

    /// A wrong password does not heal by waiting, so it fails everybody at once; an absent server is tried again as long as somebody waits.
    mutating func openFailed(_ error: PostgresError, jitter: Double, now: Instant) -> Effects {
        opening -= 1
        lastFailure = error
        var effects = Effects()
        if error.isConfigurationProblem || error.code == .invalidUse {
            effects.failed = waiting.map { ($0.id, error) }
            waiting = []
        }
        let wait = backoff.next(jitter: jitter)
        let isShortage = error.sqlState == "53300"
        notBefore = now + (isShortage ? min(wait, Self.longestShortage) : wait)
        if isShortage {
            shortUntil = now + Self.thrift
            let surplus = min(idle.count, max(0, idle.count + lent - 1))
            effects.closed = idle.prefix(surplus).map(\.connection)
            idle.removeFirst(surplus)
        }
        open(&effects, now: now)
        effects.isDrained = isDrained
        return effects
    }

    /// An idle connection has broken by itself.
    mutating func dropIdle(where isBroken: (Connection) -> Bool) -> Effects {
        var effects = Effects()
        effects.closed = idle.map(\.connection).filter(isBroken)
        idle.removeAll { isBroken($0.connection) }
        return effects
    }

    /// Closes what nobody has used for the idle time.
    mutating func idleTimeIsUp(now: Instant) -> Effects {
        hasIdleTimer = false
        var effects = Effects()
        guard let idleTime else { return effects }
        let old = idle.prefix { $0.since + idleTime <= now }
        effects.closed = old.map(\.connection)
        idle.removeFirst(old.count)
        arrangeIdleTimer(&effects)
        return effects
    }

    /// The server has no connection left for somebody else: gives back what nobody uses.
    mutating func giveBackIdle() -> Effects {
        var effects = Effects()
        effects.closed = idle.map(\.connection)
        idle = []
        return effects
    }

    /// Owes the next connection that comes back to somebody who goes before; false when none is lent.
    mutating func owe() -> Bool {
        guard lent > 0 else { return false }
        owed = 1
        return true
    }

    /// Opens nothing for a while, so that somebody who goes before can.
    mutating func hold(until end: Instant) { notBefore = max(notBefore ?? end, end) }

    mutating func timeIsUp(now: Instant) -> Effects {
        hasTimer = false
        var effects = Effects()
        while let first = waiting.first, first.deadline <= now {
            waiting.removeFirst()
            effects.failed.append((first.id, lastFailure ?? Self.timeoutError(limit: limit)))
        }
        arrangeTimer(&effects)
        return effects
    }

    mutating func close() -> Effects {
        isClosed = true
        var effects = Effects()
        effects.closed = idle.map(\.connection)
        effects.failed = waiting.map { ($0.id, Self.closedError) }
        idle = []
        waiting = []
        effects.isDrained = isDrained
        return effects
    }

    var idleCount: Int { idle.count }
    var lentCount: Int { lent }
    var isDrained: Bool { isClosed && lent == 0 && opening == 0 }

    private mutating func keepOrClose(_ connection: Connection, isReusable: Bool, now: Instant, _ effects: inout Effects) {
        if isReusable, !isClosed { idle.append((connection, now)) } else { effects.closed.append(connection) }
    }

    private mutating func serve(_ effects: inout Effects) {
        while !waiting.isEmpty, let last = idle.popLast() {
            lent += 1
            effects.served.append((waiting.removeFirst().id, last.connection))
        }
    }

    private func isShort(_ now: Instant) -> Bool { shortUntil.map { now < $0 } ?? false }

    /// One connection for each caller that still waits, up to the limit; a single one while the server is away or has too few.
    private mutating func open(_ effects: inout Effects, now: Instant) {
        let isAway = backoff.failures > 0
        let wanted = isAway ? min(waiting.count, 1) : waiting.count
        let most = isShort(now) ? 1 : limit
        while opening < wanted, idle.count + lent + opening < most {
            opening += 1
            effects.opens.append(max(.zero, (notBefore ?? now) - now))
        }
    }

    private mutating func arrangeTimer(_ effects: inout Effects) {
        guard !hasTimer, let first = waiting.first else { return }
        hasTimer = true
        effects.timer = first.deadline
    }

    private mutating func arrangeIdleTimer(_ effects: inout Effects) {
        guard let idleTime, !hasIdleTimer, let first = idle.first else { return }
        hasIdleTimer = true
        effects.idleTimer = first.since + idleTime
    }

    private static var closedError: PostgresError { PostgresError(code: .poolClosed, message: "the database client was shut down") }

    private static func timeoutError(limit: Int) -> PostgresError {
        PostgresError(code: .timeout, message: "all \(limit) connections are busy; raise pool_size or make transactions shorter")
    }
}
