import Hummingbird
import Logging

/// Finds the route of a request, lets in who may use it, and runs it.
///
/// Hummingbird's own router answers a wrong method with 404 and knows no optional end; Synapse's rules are the contract here.
struct RouteTable: HTTPResponder {
    typealias Context = APIContext

    let routes: [Route]
    let authenticator: Authenticator
    let settings: AdminAPISettings

    func respond(to request: Request, context: APIContext) async throws -> Response {
        let (route, path) = try find(request)
        context.trace.route = route.pattern.template
        guard PercentEncoding.isText(request.uri.string) else {
            throw APIError.invalid("The path or the query holds bytes that are no UTF-8.")
        }
        if case .known(let bytes) = try BodyLength(request.headers), bytes > settings.maximumBodyBytes {
            throw Call.tooLarge(settings.maximumBodyBytes)
        }
        let query = QueryItems(request.uri.query)
        var principal: Principal?
        if let role = route.role {
            let caller = try await authenticator.principal(headers: request.headers, query: query, caller: context.caller)
            context.trace.who = caller.name
            guard caller.role >= role else { throw caller.mayNot(role) }
            principal = caller
        }
        let call = Call(
            path: path, query: query, principal: principal, origin: context.caller,
            idempotencyKeys: request.headers[values: .idempotencyKey], logger: context.logger, body: request.body,
            maximumBodyBytes: settings.maximumBodyBytes)
        switch route.timeLimit {
        case .own: return try await route.run(call).response
        case .normal:
            return try await TimeLimit.run(within: settings.requestTimeout, on: context.loop) { try await route.run(call).response }
        }
    }

    /// Whether a route has this path and method; a preflight is the affair of whoever has the path.
    func serves(_ method: HTTPRequest.Method, _ path: String) -> Bool {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        let method: HTTPRequest.Method = method == .head ? .get : method
        return routes.contains { (method == .options || $0.method == method) && $0.pattern.match(segments) != nil }
    }

    /// The route, and the captured parts of its path.
    ///
    /// - Throws: 404 when no route has this path, 405 when none of those has this method.
    private func find(_ request: Request) throws -> (Route, [String: String]) {
        let path = request.uri.path.split(separator: "/", omittingEmptySubsequences: false)
        let method: HTTPRequest.Method = request.method == .head ? .get : request.method
        var allowed: Set<String> = []
        for route in routes {
            guard let captures = route.pattern.match(path) else { continue }
            if route.method == method { return (route, captures) }
            allowed.insert(route.method.rawValue)
        }
        guard allowed.isEmpty else {
            var error = APIError(.methodNotAllowed, "M_UNRECOGNIZED", "Unrecognized request")
            error.allowedMethods = allowed.sorted()
            throw error
        }
        throw APIError(.notFound, "M_UNRECOGNIZED", "Unrecognized request")
    }
}
