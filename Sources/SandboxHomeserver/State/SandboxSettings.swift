/// What can be changed about the sandbox while it runs.
public struct SandboxSettings: Sendable {
    /// The token with which an application service may act as any local user; `nil` turns that off.
    public var applicationServiceToken: String? = "sandbox-application-service"
    /// The version that `server_version` answers: Synapse 1.163.2, whose behaviour was measured.
    public var version = "1.163.2"
    /// How long one history purge takes.
    public var purgeDuration: Duration = .milliseconds(50)
    /// How long the purge at the end of a room deletion takes.
    public var roomDeletionDuration: Duration = .milliseconds(50)
    /// How long Synapse's own redaction takes for one event.
    public var redactionDuration: Duration = .zero
    /// How many events one page of messages may look at; a filter can then leave a page empty before the end.
    ///
    /// `nil`, as in Synapse: the filter is applied while searching, so that only the end is empty.
    public var examinedEventsPerPage: Int?
    /// Limit of each user's messages and redactions; `nil` for none.
    ///
    /// Application services are never limited.
    public var messageRate: SandboxRate?

    /// The defaults.
    public init() {}
}

/// A rate limit: a bucket of `burst` messages, refilled at `perSecond`.
public struct SandboxRate: Sendable, Equatable {
    /// Messages that come back each second; above 0.
    public var perSecond: Double
    /// Messages that may be sent at once; at least 1.
    public var burst: Int

    /// A limit of `burst` messages at once and `perSecond` in the long run.
    public init(perSecond: Double, burst: Int) {
        self.perSecond = perSecond
        self.burst = burst
    }
}
