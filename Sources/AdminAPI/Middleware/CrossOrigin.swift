import Hummingbird

/// Lets web clients of other origins use the Synapse paths, with Synapse's own headers.
///
/// Access is by bearer token only, so a foreign page gains nothing that it does not have a token for.
struct CrossOrigin: RouterMiddleware {
    typealias Context = APIContext

    /// Whether a preflight is answered here; the homeserver answers those that are forwarded.
    var answersPreflight = true

    func handle(_ input: Request, context: APIContext, next: (Request, APIContext) async throws -> Response) async throws -> Response {
        guard input.uri.path.hasPrefix("/_synapse/") else { return try await next(input, context) }
        var response: Response
        if input.method == .options && answersPreflight {
            context.trace.route = "preflight"
            response = Response(status: .noContent)
        } else {
            response = try await next(input, context)
        }
        guard response.headers[.accessControlAllowOrigin] == nil else { return response }
        response.headers[.accessControlAllowOrigin] = "*"
        response.headers[.accessControlAllowMethods] = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
        response.headers[.accessControlAllowHeaders] = "X-Requested-With, Content-Type, Authorization, Date"
        return response
    }
}
