/// The rooms that a user has to do with.
enum UserRoomEndpoints {
    static let routes = [
        Route("GET", "/_synapse/admin/v1/users/{user}/memberships", .admin, memberships),
        Route("GET", "/_synapse/admin/v1/users/{user}/joined_rooms", .admin, joinedRooms),
        Route("GET", "/_matrix/client/v3/joined_rooms", .user, ownRooms),
    ]

    /// All rooms: joined, left, kicked, banned and forgotten ones.
    private static func memberships(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let userID = call.parameter("user")
        let memberships = world.rooms.compactMapValues { room in room.members[userID].map { SandboxJSON.string($0.rawValue) } }
        return .ok(["memberships": .object(memberships)])
    }

    private static func joinedRooms(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let rooms = world.rooms(of: call.parameter("user"), .join)
        return .ok(["joined_rooms": .array(rooms.map { .string($0) }), "total": .int(rooms.count)])
    }

    private static func ownRooms(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        .ok(["joined_rooms": .array(world.rooms(of: call.requester.userID, .join).map { .string($0) })])
    }
}
