extension World {
    /// Blocks the room and takes everybody of this server out; the purge follows separately.
    mutating func shutDown(_ shutdown: RoomShutdown) throws(SandboxRefusal) -> SandboxJSON {
        if shutdown.block { blockedRooms.insert(shutdown.roomID) }
        guard let room = rooms[shutdown.roomID] else { return Self.shutdownResult() }
        let leaving = room.members.filter { ($0.value == .join || $0.value == .invite) && isLocal($0.key) }.keys.sorted()
        var newRoomID: String?
        if let owner = shutdown.newRoomUserID {
            if users[owner] == nil { users[owner] = User(id: owner, isLocal: true) }
            newRoomID = try createRoom(creator: owner, name: shutdown.newRoomName)
        }
        for userID in leaving {
            let wasJoined = room.hasJoined(userID)
            try setMembership(.leave, of: userID, in: room.id, by: userID, reason: nil)
            rooms[room.id]?.forgottenBy.insert(userID)
            if wasJoined, let newRoomID { try join(userID, to: newRoomID) }
        }
        if let newRoomID, let owner = shutdown.newRoomUserID {
            try append(
                "m.room.message", to: newRoomID, by: owner,
                content: ["msgtype": "m.text", "body": .string(shutdown.message)])
            rooms[newRoomID]?.aliases += room.aliases
            rooms[room.id]?.aliases = []
        }
        return Self.shutdownResult(kicked: leaving, aliases: room.aliases, newRoomID: newRoomID)
    }

    /// Forgets a room with all its events, as if it had never been.
    mutating func purgeRoom(_ roomID: String) {
        rooms[roomID] = nil
        events = events.filter { $0.value.roomID != roomID }
        transactions = transactions.filter { $0.key.roomID != roomID }
    }

    private static func shutdownResult(kicked: [String] = [], aliases: [String] = [], newRoomID: String? = nil) -> SandboxJSON {
        [
            "kicked_users": .array(kicked.map { .string($0) }), "failed_to_kick_users": [],
            "local_aliases": .array(aliases.map { .string($0) }), "new_room_id": newRoomID.map { .string($0) } ?? .null,
        ]
    }
}
