/// Making rooms, joining and leaving them.
enum MembershipEndpoints {
    static let routes = [
        Route("POST", "/_matrix/client/v3/createRoom", .user, create),
        Route("POST", "/_matrix/client/v3/join/{room}", .user, join),
        Route("POST", "/_matrix/client/v3/rooms/{room}/join", .user, join),
        Route("POST", "/_matrix/client/v3/rooms/{room}/leave", .user, leave),
        Route("POST", "/_matrix/client/v3/rooms/{room}/kick", .user, kick),
        Route("POST", "/_matrix/client/v3/rooms/{room}/ban", .user, ban),
        Route("POST", "/_matrix/client/v3/rooms/{room}/forget", .user, forget),
    ]

    private static func create(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let body = try call.object()
        let roomID = try world.createRoom(
            creator: call.requester.userID, name: body["name"]?.text, alias: body["room_alias_name"]?.text)
        return .ok(["room_id": .string(roomID)])
    }

    private static func join(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        _ = try call.objectOrEmpty()
        try world.join(call.requester.userID, to: call.parameter("room"))
        return .ok(["room_id": .string(call.parameter("room"))])
    }

    private static func leave(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let reason = try call.objectOrEmpty()["reason"]?.text
        try world.leave(call.requester.userID, from: call.parameter("room"), reason: reason)
        return .ok()
    }

    private static func kick(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        try remove(&world, call, as: .leave)
    }

    private static func ban(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        try remove(&world, call, as: .ban)
    }

    private static func remove(
        _ world: inout World, _ call: Call, as membership: SandboxMembership
    ) throws(SandboxRefusal) -> Reply {
        let body = try call.object()
        guard let userID = body["user_id"]?.text else { throw .missing("Missing params: ['user_id']") }
        try world.remove(
            userID, from: call.parameter("room"), by: call.requester.userID, as: membership, reason: body["reason"]?.text)
        return .ok()
    }

    private static func forget(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        try world.forget(call.parameter("room"), by: call.requester.userID)
        return .ok()
    }
}
