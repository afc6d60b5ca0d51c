import Hummingbird

/// The route table with what is around it, outermost first: the request's id, its log line, CORS, error bodies.
struct AdminResponder: HTTPResponder {
    typealias Context = APIContext

    let routes: RouteTable

    func respond(to request: Request, context: APIContext) async throws -> Response {
        try await RequestIdentity().handle(request, context: context) { request, context in
            try await AccessLog().handle(request, context: context) { request, context in
                try await CrossOrigin().handle(request, context: context) { request, context in
                    try await ErrorBodies().handle(request, context: context) { request, context in
                        try await routes.respond(to: request, context: context)
                    }
                }
            }
        }
    }
}
