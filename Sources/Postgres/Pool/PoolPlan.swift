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
        /// Everything has come back after ``PoolPlan/close()``.
        var isDrained = false
    }

    private let limit: Int
    private let patience: Duration
    private var idle: [Connection] = []
    private var lent = 0
    private var opening = 0
    private var waiting: [(id: WaiterID, deadline: Instant)] = []
    private var hasTimer = false
    private var backoff = Backoff()
    private var notBefore: Instant?
    private var lastFailure: PostgresError?
    private var isClosed = false

    init(limit: Int, patience: Duration) {
        self.limit = limit
        self.patience = patience
    }

    /// A free connection without waiting, if nobody else waits; the most recently used first, so that the rest may sleep.
    mutating func takeIdle() -> Connection? {
        guard waiting.isEmpty, let connection = idle.popLast() else { return nil }
        lent += 1
        return connection
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
        keepOrClose(connection, isReusable: isReusable, &effects)
        serve(&effects)
        open(&effects, now: now)
        effects.isDrained = isDrained
        return effects
    }

    mutating func opened(_ connection: Connection, now: Instant) -> Effects {
        opening -= 1
        backoff.reset()
        notBefore = nil
        lastFailure = nil
        var effects = Effects()
        keepOrClose(connection, isReusable: true, &effects)
        serve(&effects)
        open(&effects, now: now)
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
        notBefore = now + backoff.next(jitter: jitter)
        open(&effects, now: now)
        effects.isDrained = isDrained
        return effects
    }

    /// An idle connection has broken by itself.
    mutating func dropIdle(where isBroken: (Connection) -> Bool) -> Effects {
        var effects = Effects()
        effects.closed = idle.filter(isBroken)
        idle.removeAll(where: isBroken)
        return effects
    }

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
        effects.closed = idle
        effects.failed = waiting.map { ($0.id, Self.closedError) }
        idle = []
        waiting = []
        effects.isDrained = isDrained
        return effects
    }

    var isDrained: Bool { isClosed && lent == 0 && opening == 0 }

    private mutating func keepOrClose(_ connection: Connection, isReusable: Bool, _ effects: inout Effects) {
        if isReusable, !isClosed { idle.append(connection) } else { effects.closed.append(connection) }
    }

    private mutating func serve(_ effects: inout Effects) {
        while !waiting.isEmpty, let connection = idle.popLast() {
            lent += 1
            effects.served.append((waiting.removeFirst().id, connection))
        }
    }

    /// One connection for each caller that still waits, up to the limit; a single one while the server is away.
    private mutating func open(_ effects: inout Effects, now: Instant) {
        let isAway = backoff.failures > 0
        let wanted = isAway ? min(waiting.count, 1) : waiting.count
        while opening < wanted, idle.count + lent + opening < limit {
            opening += 1
            effects.opens.append(max(.zero, (notBefore ?? now) - now))
        }
    }

    private mutating func arrangeTimer(_ effects: inout Effects) {
        guard !hasTimer, let first = waiting.first else { return }
        hasTimer = true
        effects.timer = first.deadline
    }

    private static var closedError: PostgresError { PostgresError(code: .poolClosed, message: "the database client was shut down") }

    private static func timeoutError(limit: Int) -> PostgresError {
        PostgresError(code: .timeout, message: "all \(limit) connections are busy; raise pool_size or make transactions shorter")
    }
}
