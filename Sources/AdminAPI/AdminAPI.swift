public import HomeserverClient
import Hummingbird
public import Logging
import NIOPosix
public import Scheduler
public import ServiceLifecycle

/// The HTTP interface: Synapse's admin paths for purges and redactions, Muster's own API, and the health probes.
///
/// It submits and looks; it performs nothing, and knows no handler.
public struct AdminAPI: Sendable {
    /// What a listener can serve.
    public enum Resource: String, Sendable, Hashable, CaseIterable {
        /// The Synapse-compatible and the native routes; every one needs a token.
        case admin
        /// `/health/live` and `/health/ready`; open to all.
        case health
        /// Whatever Muster does not serve is answered by the homeserver; only beside ``admin``.
        case proxy
    }

    let scheduler: TaskScheduler
    let authenticator: Authenticator
    let homeserver: HomeserverClient?
    let settings: AdminAPISettings
    let readiness: ReadinessSource
    let proxy: HomeserverProxy?
    let logger: Logger
    let connections: OpenConnections

    /// An interface over a scheduler.
    ///
    /// - Parameters:
    ///   - homeserver: answers what a purge's bound is worth before it is accepted; nil accepts it unchecked
    ///   - readiness: asked by each readiness probe
    ///   - proxy: answers for ``Resource/proxy``; nil leaves that resource unserved
    public init(
        scheduler: TaskScheduler, authenticator: Authenticator, homeserver: HomeserverClient?,
        settings: AdminAPISettings = AdminAPISettings(), readiness: @escaping ReadinessSource, proxy: HomeserverProxy? = nil,
        logger: Logger
    ) {
        self.scheduler = scheduler
        self.authenticator = authenticator
        self.homeserver = homeserver
        self.settings = settings
        self.readiness = readiness
        self.proxy = proxy
        self.logger = logger
        connections = OpenConnections(limit: settings.maximumConnections)
    }

    /// A server for one listener, to be run in the process's `ServiceGroup`.
    ///
    /// All of its connections share an event loop, and what answers them runs there too: a request does not change its thread but to ask
    /// the database, and answers that one commit sets free go out together.
    ///
    /// - Parameters:
    ///   - host: the address to bind to
    ///   - port: 0 takes a free one
    ///   - resources: what to serve there; anything else is answered with 404
    ///   - onServerRunning: called once with the port that was bound
    public func listener(
        host: String, port: Int, resources: Set<Resource>, onServerRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> some Service {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        return ServiceOnLoop(
            service: application(host: host, port: port, resources: resources, loops: .shared(loop), onServerRunning: onServerRunning),
            loop: loop)
    }

    /// The server itself, with connections on any of these event loops.
    func application(
        host: String, port: Int, resources: Set<Resource>, loops: EventLoopGroupProvider = .singleton,
        onServerRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let responder = responder(resources: resources)
        let uploads = ConnectionGuard.Uploads(leastBytes: settings.leastUploadBytes) { head in
            responder.forwards(head.method, String((head.path ?? "/").prefix { $0 != "?" }))
        }
        return Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [
                        WholeBodies(),
                        ConnectionGuard(settings: settings, connections: connections, uploads: uploads, logger: logger),
                    ],
                    idleTimeout: .nanoseconds(Int64(settings.idleTimeout / .nanoseconds(1))),
                    httpDecoderConfiguration: .init(maxHeaderFieldSize: 16_384, maxHeaderListSize: 65_536, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in
                do {
                    try await AcceptGate.install(on: channel, connections: connections, logger: logger)
                } catch {
                    // Without a bound nobody is let in.
                    logger.error("a listener could not be set up, and is closed", metadata: ["error": "\(error)"])
                    channel.close(promise: nil)
                }
                await onServerRunning(channel.localAddress?.port ?? port)
            },
            eventLoopGroupProvider: loops, logger: logger)
    }

    /// What answers requests: identity, log line, error bodies and CORS around the route table.
    func responder(resources: Set<Resource>) -> AdminResponder {
        let routes = Resource.allCases.filter(resources.contains).flatMap(routes(of:))
        return AdminResponder(
            routes: RouteTable(routes: routes, authenticator: authenticator, settings: settings),
            proxy: resources.isSuperset(of: [.admin, .proxy]) ? proxy : nil)
    }
}
