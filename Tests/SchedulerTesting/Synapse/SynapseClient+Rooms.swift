extension SynapseClient {
    /// Makes a public room and lets the members join it.
    ///
    /// - Returns: The room id.
    public func createRoom(by owner: SynapseUser, members: [SynapseUser] = []) async throws -> String {
        struct Answer: Decodable {
            let room_id: String
        }
        let reply = try await require(
            "POST", "/_matrix/client/v3/createRoom", token: owner.token, body: ["preset": "public_chat"])
        let room = try reply.decode(Answer.self).room_id
        for member in members {
            try await join(room, as: member)
        }
        return room
    }

    /// Lets a user join a room.
    public func join(_ room: String, as user: SynapseUser) async throws {
        try await act("join", in: room, as: user)
    }

    /// Lets a user leave a room.
    public func leave(_ room: String, as user: SynapseUser) async throws {
        try await act("leave", in: room, as: user)
    }

    /// Lets a user, who has left the room, forget it.
    public func forget(_ room: String, as user: SynapseUser) async throws {
        try await act("forget", in: room, as: user)
    }

    /// Throws a user out of a room; it may come back.
    public func kick(_ user: SynapseUser, from room: String, by moderator: SynapseUser) async throws {
        try await act("kick", in: room, as: moderator, on: user)
    }

    /// Throws a user out of a room for good.
    public func ban(_ user: SynapseUser, from room: String, by moderator: SynapseUser) async throws {
        try await act("ban", in: room, as: moderator, on: user)
    }

    /// Whether Synapse still knows the room.
    public func roomExists(_ room: String) async throws -> Bool {
        let reply = try await call("GET", "/_synapse/admin/v1/rooms/\(encoded(room))")
        switch reply.status {
        case 200: return true
        case 404: return false
        default: throw SynapseError("asking for room \(room) was answered \(reply.status)")
        }
    }

    /// The user ids of those who are in the room now.
    public func members(of room: String) async throws -> Set<String> {
        struct Answer: Decodable {
            let members: Set<String>
        }
        return try await require("GET", "/_synapse/admin/v1/rooms/\(encoded(room))/members").decode(Answer.self).members
    }

    private func act(_ verb: String, in room: String, as actor: SynapseUser, on user: SynapseUser? = nil) async throws {
        let body = user.map { ["user_id": $0.id] } ?? [:]
        try await require("POST", "/_matrix/client/v3/rooms/\(encoded(room))/\(verb)", token: actor.token, body: body)
    }
}
