/// The scheduler's numbers, each with a default that is meant for production.
public struct SchedulerSettings: Sendable, Hashable {
    /// How often a process renews its heartbeat.
    public var heartbeatInterval: Duration = .seconds(5)
    /// A process is dead, and its tasks are taken back, when its heartbeat is this old.
    public var deadAfter: Duration = .seconds(20)
    /// How long at most a process sleeps before it looks for due tasks, whatever wake-ups it missed.
    public var pollInterval: Duration = .seconds(1)
    /// Attempts that one process runs at once.
    public var concurrency = 20
    /// How long running attempts may go on after SIGTERM before they are cancelled and released.
    public var shutdownGracePeriod: Duration = .seconds(30)
    /// The largest params, in bytes.
    public var maximumParamsBytes = 65_536
    /// The largest result, checkpoint or error text, in bytes.
    public var maximumResultBytes = 65_536
    /// Crashes after which a task is quarantined: failed, so that it cannot take the fleet down (I5).
    public var maximumCrashes = 3
    /// How long a handler's `prepare` may take.
    public var prepareTimeout: Duration = .seconds(10)
    /// How often a running process asks its handlers again whether they can work, while all can; else every two heartbeat intervals.
    ///
    /// Spread by a quarter either way.
    public var prepareInterval: Duration = .seconds(60)
    /// What the whole fleet may do of single actions; must be the same in every process.
    public var limits: [ActionName: ActionLimit] = [:]
    /// The most that one statement claims; a benchmark asks what small claims cost.
    package var claimBatch = 1000
    /// How long finished tasks are kept.
    public var retention = RetentionPolicy()

    /// The defaults.
    public init() {}
}

/// How long finished tasks are kept, by status, counted from their end.
public struct RetentionPolicy: Sendable, Hashable {
    /// Completed tasks.
    public var complete: Duration = .seconds(7 * 86_400)
    /// Failed tasks.
    public var failed: Duration = .seconds(30 * 86_400)
    /// Cancelled tasks.
    public var cancelled: Duration = .seconds(7 * 86_400)

    /// 7, 30 and 7 days.
    public init() {}
}
