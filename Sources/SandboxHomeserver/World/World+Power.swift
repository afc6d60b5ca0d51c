extension World {
    /// Room version 12: the creator stands above every level.
    func power(of userID: String, in roomID: String) throws(SandboxRefusal) -> Int {
        let room = try room(roomID)
        if room.creator == userID { return .max }
        let levels = stateContent("m.room.power_levels", in: room)
        return levels?["users"]?[userID]?.number ?? levels?["users_default"]?.number ?? 0
    }

    /// The power that `redact`, `kick` or `ban` needs; 50 unless the room says otherwise.
    func neededPower(_ deed: String, in roomID: String) throws(SandboxRefusal) -> Int {
        stateContent("m.room.power_levels", in: try room(roomID))?[deed]?.number ?? 50
    }

    func stateContent(_ type: String, key: String = "", in room: Room) -> SandboxJSON? {
        room.state[Room.StateKey(type: type, key: key)].flatMap { events[$0]?.visibleContent }
    }

    mutating func setPower(of userID: String, to level: Int, in roomID: String) throws(SandboxRefusal) {
        let room = try room(roomID)
        var levels = stateContent("m.room.power_levels", in: room)?.members ?? [:]
        var users = levels["users"]?.members ?? [:]
        users[userID] = .int(level)
        levels["users"] = .object(users)
        try append("m.room.power_levels", to: roomID, by: room.creator, stateKey: "", content: .object(levels))
    }
}
