import Hummingbird
import NIOCore

/// Answers every request: fault, endpoint, fault, answer.
struct SandboxResponder: HTTPResponder {
    let state: SandboxState
    private let table = RouteTable()

    init(state: SandboxState) { self.state = state }

    func respond(to request: Request, context: SandboxContext) async throws -> Response {
        let method = request.method.rawValue
        let rawTarget = request.head.path ?? "/"
        let target = RequestTarget(rawTarget)
        let finding = table.find(method: method, path: target.segments)
        let endpoint = if case .route(let route, _) = finding { route.name } else { "unknown" }
        state.calls.withLock { $0.begin(endpoint) }
        var status: Int?
        defer {
            let remembered = SandboxRequest(
                method: method, target: RequestTarget.withoutToken(rawTarget), endpoint: endpoint, status: status)
            state.calls.withLock { $0.end(endpoint, remembered) }
        }
        let answer = try await answer(request, method: method, target: target, finding: finding)
        guard let answer else {
            await cut(context.channel)
            return Response(status: .internalServerError)
        }
        status = answer.status.code
        return answer
    }

    /// The answer; `nil` if the connection is to be cut.
    private func answer(
        _ request: Request, method: String, target: RequestTarget, finding: RouteTable.Finding
    ) async throws -> Response? {
        guard let body = await collect(request) else { return FaultAnswer.refusal(.tooLarge) }
        let fault = state.faults.take(method: method, path: target.path)
        if let fault, fault.moment == .beforeEffect {
            switch try await FaultAnswer.make(fault) {
            case .cut: return nil
            case .instead(let response): return response
            case .unchanged: break
            }
        }
        let response = try await respond(request, method: method, target: target, finding: finding, body: body)
        guard let fault, fault.moment == .afterEffect else { return response }
        switch try await FaultAnswer.make(fault) {
        case .cut: return nil
        case .instead(let instead): return instead
        case .unchanged: return response
        }
    }

    private func respond(
        _ request: Request, method: String, target: RequestTarget, finding: RouteTable.Finding, body: [UInt8]
    ) async throws -> Response {
        let reply: Reply
        do throws(SandboxRefusal) {
            switch finding {
            case .unknown: throw .unrecognized
            case .wrongMethod: throw .wrongMethod
            case .route(let route, let parameters):
                let token = token(of: request, query: target.query)
                reply = try state.change { world throws(SandboxRefusal) in
                    let requester = try Self.admit(to: route, token: token, query: target.query, in: world)
                    let call = Call(
                        method: method, parameters: parameters, query: target.query, body: body, requester: requester, token: token)
                    return try route.handle(&world, call)
                }
            }
        } catch {
            return FaultAnswer.refusal(error)
        }
        if let jobID = reply.startsJob { state.queue.announce(jobID) }
        if reply.delay > .zero { try await Task.sleep(for: reply.delay) }
        if reply.isPlainText, let text = reply.body.text { return FaultAnswer.plain(text, status: reply.status) }
        return FaultAnswer.json(reply.body, status: reply.status)
    }

    private static func admit(
        to route: Route, token: String?, query: [String: String], in world: World
    ) throws(SandboxRefusal) -> Requester {
        if route.access == .anyone { return Requester(userID: "", deviceID: nil, isApplicationService: false) }
        let requester = try world.authenticate(token: token, asUser: query["user_id"], asDevice: query["device_id"])
        if route.access == .admin { try world.requireAdmin(requester) }
        return requester
    }

    private func token(of request: Request, query: [String: String]) -> String? {
        if let header = request.headers[.authorization], header.hasPrefix("Bearer ") { return String(header.dropFirst(7)) }
        return query["access_token"]
    }

    /// The body; `nil` if it is larger than allowed or did not arrive whole.
    private func collect(_ request: Request) async -> [UInt8]? {
        guard let buffer = try? await request.body.collect(upTo: Call.largestBody) else { return nil }
        return Array(buffer.readableBytesView)
    }

    /// Closes the connection; that it is closed already, by the client, is as good.
    private func cut(_ channel: any Channel) async {
        try? await channel.close(mode: .all)
    }
}
