/// The numbers of the HTTP interface, each with a default that is meant for production.
public struct AdminAPISettings: Sendable, Hashable {
    /// The homeserver's name: a new room's user must be of it; nil leaves the check to the homeserver.
    public var serverName: String?
    /// The largest body at the door, in bytes; the scheduler bounds params further.
    public var maximumBodyBytes = 1_048_576
    /// Connections at once, of all listeners together; beyond them one that waits for its client gives way to the next.
    public var maximumConnections = 1000
    /// Requests of one connection that may be read before the first of them is answered.
    public var maximumPipelinedRequests = 8
    /// When a silent connection is closed.
    public var idleTimeout: Duration = .seconds(30)
    /// How long a client may take to send a head, and then a body, however busy its line is.
    public var receiveTimeout: Duration = .seconds(35)
    /// Bytes of answers that a client must take in each ``receiveTimeout`` while some wait for it.
    public var leastAnswerBytes = 16_384
    /// How long a request may take, but for the delete that waits for its end.
    public var requestTimeout: Duration = .seconds(30)
    /// How long the delete that waits for its end waits.
    public var synchronousDeleteTimeout: Duration = .seconds(600)
    /// How long an admin's token is not looked up again.
    public var adminCacheTime: Duration = .seconds(60)
    /// How long a refused token is not looked up again.
    public var refusalCacheTime: Duration = .seconds(5)
    /// Tokens remembered at once.
    public var maximumCachedTokens = 1000
    /// How long the readiness probe may take before it counts as not ready.
    public var readinessTimeout: Duration = .seconds(5)
    /// Tasks that Synapse's list, which has no pages, shows at most.
    public var maximumListedTasks = 5000
    /// Bytes of results and errors after which that list ends early.
    public var maximumListedBytes = 16_777_216

    /// The largest body that is forwarded to the homeserver, in bytes; it is streamed, never held.
    public var maximumForwardedBodyBytes: Int64 = 104_857_600
    /// Bytes of a forwarded body that must come in each ``receiveTimeout``: a slow line may, a client that drips may not.
    public var leastUploadBytes = 65_536
    /// Bytes of a forwarded answer that a client must take in each ``receiveTimeout`` in which it is waited for.
    public var leastDownloadBytes = 65_536
    /// How long a forwarded request may take until the homeserver's answer begins, its upload included.
    public var forwardTimeout: Duration = .seconds(900)
    /// Requests that are forwarded at once; each has a connection to the homeserver.
    public var maximumExchanges = 100
    /// The same for one peer, so that nobody has them all.
    public var maximumExchangesPerPeer = 50
    /// Tokens of one peer that are looked up with the homeserver at once.
    public var maximumLookupsPerPeer = 20
    /// Proxies whose `X-Forwarded-For` is believed; nobody's unless named, not even on this machine.
    public var trustedProxies: [AddressRange] = []

    /// The defaults.
    public init(serverName: String? = nil) { self.serverName = serverName }
}
