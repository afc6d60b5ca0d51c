extension World {
    /// Makes a room that anybody may join, with its creator in it.
    mutating func createRoom(
        creator: String, id: String? = nil, name: String?, alias: String? = nil, timestamp: Int? = nil
    ) throws(SandboxRefusal) -> String {
        guard users[creator] != nil else { throw .notFound("User not found") }
        let roomID = id ?? identifiers.room()
        rooms[roomID] = Room(id: roomID, creator: creator)
        try append(
            "m.room.create", to: roomID, by: creator, stateKey: "", content: ["room_version": "12"], timestamp: timestamp)
        try setMembership(.join, of: creator, in: roomID, by: creator, reason: nil, timestamp: timestamp)
        try append(
            "m.room.power_levels", to: roomID, by: creator, stateKey: "",
            content: ["users": [:], "users_default": 0, "redact": 50, "kick": 50, "ban": 50], timestamp: timestamp)
        try append("m.room.join_rules", to: roomID, by: creator, stateKey: "", content: ["join_rule": "public"], timestamp: timestamp)
        if let name {
            try append("m.room.name", to: roomID, by: creator, stateKey: "", content: ["name": .string(name)], timestamp: timestamp)
        }
        if let alias {
            let full = "#\(alias):\(serverName)"
            rooms[roomID]?.aliases = [full]
            try append(
                "m.room.canonical_alias", to: roomID, by: creator, stateKey: "", content: ["alias": .string(full)], timestamp: timestamp)
        }
        return roomID
    }

    mutating func join(_ userID: String, to roomID: String, timestamp: Int? = nil) throws(SandboxRefusal) {
        if blockedRooms.contains(roomID) { throw .plain(403, "This room has been blocked on this server") }
        guard let members = rooms[roomID]?.members else {
            throw .plain(404, "Can't join remote room because no servers that are in the room have been provided.")
        }
        if members[userID] == .ban {
            throw SandboxRefusal(status: 403, errcode: "M_BAD_STATE", message: "Cannot join user who was banned")
        }
        if members[userID] == .join { return }
        try setMembership(.join, of: userID, in: roomID, by: userID, reason: nil, timestamp: timestamp)
    }

    mutating func leave(_ userID: String, from roomID: String, reason: String? = nil) throws(SandboxRefusal) {
        guard let members = rooms[roomID]?.members else { throw .plain(404, "Not a known room") }
        switch members[userID] {
        case .join, .invite: try setMembership(.leave, of: userID, in: roomID, by: userID, reason: reason)
        case .leave: return
        case .ban, nil: throw .forbidden("\(userID) not in room \(roomID).")
        }
    }

    /// Kicks or bans; `membership` is `leave` or `ban`.
    mutating func remove(
        _ userID: String, from roomID: String, by sender: String, as membership: SandboxMembership, reason: String?
    ) throws(SandboxRefusal) {
        try requireJoined(sender, in: roomID)
        let deed = membership == .ban ? "ban" : "kick"
        let own = try power(of: sender, in: roomID)
        guard own >= (try neededPower(deed, in: roomID)), own > (try power(of: userID, in: roomID)) else {
            throw .forbidden(membership == .ban ? "You don't have permission to ban" : "You cannot kick user \(userID).")
        }
        if membership == .leave, rooms[roomID]?.hasJoined(userID) != true {
            throw .forbidden("The target user is not in the room")
        }
        try setMembership(membership, of: userID, in: roomID, by: sender, reason: reason)
    }

    mutating func forget(_ roomID: String, by userID: String) throws(SandboxRefusal) {
        let membership = try room(roomID).members[userID]
        guard membership == .leave || membership == .ban else {
            throw .bad("User \(userID) in room \(roomID)")
        }
        rooms[roomID]?.forgottenBy.insert(userID)
    }

    mutating func setMembership(
        _ membership: SandboxMembership, of userID: String, in roomID: String, by sender: String, reason: String?, timestamp: Int? = nil
    ) throws(SandboxRefusal) {
        var content: [String: SandboxJSON] = ["membership": .string(membership.rawValue)]
        if let reason { content["reason"] = .string(reason) }
        try append("m.room.member", to: roomID, by: sender, stateKey: userID, content: .object(content), timestamp: timestamp)
        if users[userID] == nil { users[userID] = User(id: userID, isLocal: isLocal(userID)) }
        rooms[roomID]?.members[userID] = membership
        rooms[roomID]?.forgottenBy.remove(userID)
        rooms[roomID]?.leftAt[userID] = membership == .join ? nil : stream
    }

    /// Rooms in which the user has this membership, in a stable order.
    func rooms(of userID: String, _ membership: SandboxMembership) -> [String] {
        rooms.values.filter { $0.members[userID] == membership }.map(\.id).sorted()
    }
}
