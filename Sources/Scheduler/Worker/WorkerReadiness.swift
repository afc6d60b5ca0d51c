/// What a readiness probe wants to know of a worker.
public struct WorkerReadiness: Sendable {
    /// Whether the store counts this process as alive, as far as is known here.
    public var isMember: Bool
    /// Its instance name.
    public var instance: String
    /// How old its heartbeat is.
    public var secondsSinceHeartbeat: Double
    /// Handlers that cannot work now, each with why.
    public var notReady: [HandlerRecord]
    /// Attempts that run now.
    public var active: Int
    /// Whether work can be claimed: the last round of looking and claiming went well, and not long ago.
    public var canClaim: Bool
    /// What this process cannot do at the database now: `beating`, `claiming`, `reporting`, `submitting`.
    public var failing: [String]
}
