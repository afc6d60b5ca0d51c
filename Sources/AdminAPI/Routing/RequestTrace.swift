import Hummingbird
import Logging
import NIOCore
import Synchronization

/// What Hummingbird carries along with each request.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The address of whoever is connected, or `local` for a Unix socket; ``CallerAddress`` looks behind a proxy.
    let peer: String
    /// The event loop of the connection.
    let loop: any EventLoop
    /// Filled in on the way, read by the log line at the end.
    let trace = RequestTrace()

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        loop = source.channel.eventLoop
        peer = source.channel.remoteAddress?.ipAddress ?? "local"
    }
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
