/// Pages of a room's messages.
enum MessageEndpoints {
    static let routes = [
        Route("GET", "/_synapse/admin/v1/rooms/{room}/messages", .admin, asAdmin),
        Route("GET", "/_matrix/client/v3/rooms/{room}/messages", .user, asUser),
    ]

    /// Every room, without being in it.
    private static func asAdmin(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let request = try request(call)
        return .ok(world.body(of: world.page(of: call.parameter("room"), request)))
    }

    /// Rooms that the user is in, and what he saw of those he has left; not banned and forgotten ones.
    private static func asUser(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let roomID = call.parameter("room")
        let userID = call.requester.userID
        var request = try request(call)
        let room = world.rooms[roomID]
        switch room?.members[userID] {
        case .join: break
        case .leave where room?.forgottenBy.contains(userID) == false: request.lastVisible = room?.leftAt[userID]
        default: throw .forbidden("User \(userID) not in room \(roomID), and room previews are disabled")
        }
        return .ok(world.body(of: world.page(of: roomID, request)))
    }

    private static func request(_ call: Call) throws(SandboxRefusal) -> World.PageRequest {
        var request = World.PageRequest()
        request.backwards = try call.isBackwards()
        request.limit = try call.limit()
        if let from = call.query["from"] { request.from = try PagePosition(token: from) }
        if let to = call.query["to"] { request.to = try PagePosition(token: to) }
        if let text = call.query["filter"] {
            guard let json = SandboxJSON(parsing: text.utf8) else {
                throw SandboxRefusal(status: 400, errcode: "M_NOT_JSON", message: "Query parameter filter must be a valid JSON object")
            }
            request.filter = EventFilter(json: json)
        }
        return request
    }
}
