import Hummingbird
import Logging
import NIOCore
import Synchronization

/// What Hummingbird carries along with each request.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The address of whoever is connected, or `local` where there is none.
    let peer: String
    /// The caller's address as ``CallerAddress`` finds it behind trusted proxies; before it looked, the peer's.
    var caller: String
    /// The connection.
    let channel: any Channel
    /// Filled in on the way, read by the log line at the end.
    let trace = RequestTrace()

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        peer = source.channel.remoteAddress?.ipAddress ?? "local"
        caller = peer
    }

    /// The event loop of the connection.
    var loop: any EventLoop { channel.eventLoop }
}

/// What is found out about a request while it is answered.
final class RequestTrace: Sendable {
    private struct Found {
        var route: String?
        var who: String?
    }

    private let found = Mutex(Found())

    /// The route's template, never the path itself, which may hold ids.
    var route: String? {
        get { found.withLock { $0.route } }
        set { found.withLock { $0.route = newValue } }
    }

    /// Who asks.
    var who: String? {
        get { found.withLock { $0.who } }
        set { found.withLock { $0.who = newValue } }
    }
}
