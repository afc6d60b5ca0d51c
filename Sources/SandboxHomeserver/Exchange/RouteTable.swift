/// All endpoints; the only place that lists them.
struct RouteTable: Sendable {
    private let routes: [Route] =
        ServerEndpoints.routes + AccountEndpoints.routes + DeviceEndpoints.routes + UserRoomEndpoints.routes
        + MessageEndpoints.routes + EventEndpoints.routes + RoomEndpoints.routes + SendingEndpoints.routes
        + MembershipEndpoints.routes + PurgeEndpoints.routes + RoomDeletionEndpoints.routes + RedactionEndpoints.routes
        + RateLimitEndpoints.routes + MediaEndpoints.routes

    /// What a path leads to.
    enum Finding {
        case route(Route, [String: String])
        case wrongMethod
        case unknown
    }

    func find(method: String, path: [String]) -> Finding {
        var isKnown = false
        for route in routes {
            guard let parameters = route.parameters(of: path) else { continue }
            if route.method == method { return .route(route, parameters) }
            isKnown = true
        }
        return isKnown ? .wrongMethod : .unknown
    }
}
