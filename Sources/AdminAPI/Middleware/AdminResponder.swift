import Hummingbird

/// The route table with what is around it, outermost first: the request's id, its log line, CORS, error bodies.
struct AdminResponder: HTTPResponder {
    typealias Context = APIContext

    let routes: RouteTable
    /// Answers for all that Muster does not serve; nil answers 404.
    let proxy: HomeserverProxy?
    /// One for all requests: it paces the lines about them.
    private let errors = ErrorBodies()
    private let unnamedProxy = UnnamedProxy()

    init(routes: RouteTable, proxy: HomeserverProxy?) {
        self.routes = routes
        self.proxy = proxy
    }

    func respond(to request: Request, context: APIContext) async throws -> Response {
        var context = context
        context.caller = CallerAddress.of(request.headers, peer: context.peer, trusted: routes.settings.trustedProxies)
        unnamedProxy.look(at: request.headers, peer: context.peer, trusted: routes.settings.trustedProxies, logger: context.logger)
        return try await RequestIdentity().handle(request, context: context) { request, context in
            try await AccessLog().handle(request, context: context) { request, context in
                try await CrossOrigin(answersPreflight: !forwards(request)).handle(request, context: context) { request, context in
                    try await errors.handle(request, context: context) { request, context in
                        guard request.headers[.homeserverCall] == nil else { throw APIError.loop }
                        if let proxy, forwards(request) { return try await proxy.respond(to: request, context: context) }
                        return try await routes.respond(to: request, context: context)
                    }
                }
            }
        }
    }

    /// Muster's own paths never leave it: their tokens are secrets, and a misspelt one must be told apart from a page of the homeserver.
    private func forwards(_ request: Request) -> Bool { forwards(request.method, request.uri.path) }

    /// The same, of a head.
    func forwards(_ method: HTTPRequest.Method, _ path: String) -> Bool {
        // A base URL with a slash at its end makes two of them.
        let own = path.drop { $0 == "/" }
        return proxy != nil && own != "_muster" && !own.hasPrefix("_muster/") && !routes.serves(method, path)
    }
}
