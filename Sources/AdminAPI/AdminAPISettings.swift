/// The numbers of the HTTP interface, each with a default that is meant for production.
public struct AdminAPISettings: Sendable, Hashable {
    /// The homeserver's name: a new room's user must be of it; nil leaves the check to the homeserver.
    public var serverName: String?
    /// The largest body at the door, in bytes; the scheduler bounds params further.
    public var maximumBodyBytes = 1_048_576
    /// Connections at once; more wait to be accepted.
    public var maximumConnections = 1000
    /// When a silent connection is closed.
    public var idleTimeout: Duration = .seconds(30)
    /// How long a client may take to send a head, and then a body, however busy its line is.
    public var receiveTimeout: Duration = .seconds(35)
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
    /// How long a forwarded request may take until the homeserver's answer begins, its upload included.
    public var forwardTimeout: Duration = .seconds(900)

    /// The defaults.
    public init(serverName: String? = nil) { self.serverName = serverName }
}
