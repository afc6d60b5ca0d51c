extension SandboxState {
    /// Makes a local account.
    ///
    /// - Returns: an access token of its first device, `FIRST`.
    @discardableResult
    public func createUser(_ name: String, admin: Bool = false) throws(SandboxRefusal) -> String {
        try change { world throws(SandboxRefusal) in try world.createUser(name, admin: admin) }
    }

    /// Ends an access token, as when an admin revokes it.
    public func endSession(of token: String) throws(SandboxRefusal) {
        try change { world throws(SandboxRefusal) in world.sessions[token] = nil }
    }

    /// Makes a room of version 12 that anybody may join, with its creator in it.
    ///
    /// - Parameters:
    ///   - creator: the full id of a local user, who is above every power level.
    ///   - id: the room's id, as another server may have chosen it; a new one if not given.
    ///   - timestamp: when, in milliseconds since 1970; now if not given.
    /// - Returns: the room's id.
    @discardableResult
    public func createRoom(
        creator: String, id: String? = nil, name: String? = nil, alias: String? = nil, timestamp: Int? = nil
    ) throws(SandboxRefusal) -> String {
        try change { world throws(SandboxRefusal) in
            try world.createRoom(creator: creator, id: id, name: name, alias: alias, timestamp: timestamp)
        }
    }

    /// Lets a user join; users of other servers are made on the way.
    public func join(_ userID: String, to roomID: String, timestamp: Int? = nil) throws(SandboxRefusal) {
        try change { world throws(SandboxRefusal) in try world.join(userID, to: roomID, timestamp: timestamp) }
    }

    /// Lets a user leave.
    public func leave(_ userID: String, from roomID: String) throws(SandboxRefusal) {
        try change { world throws(SandboxRefusal) in try world.leave(userID, from: roomID) }
    }

    /// Has the room's creator kick a user.
    public func kick(_ userID: String, from roomID: String, reason: String? = nil) throws(SandboxRefusal) {
        try change { world throws(SandboxRefusal) in
            try world.remove(userID, from: roomID, by: world.room(roomID).creator, as: .leave, reason: reason)
        }
    }

    /// Has the room's creator invite a user.
    public func invite(_ userID: String, to roomID: String) throws(SandboxRefusal) {
        try change { world throws(SandboxRefusal) in
            try world.setMembership(.invite, of: userID, in: roomID, by: world.room(roomID).creator, reason: nil)
        }
    }

    /// Has the room's creator ban a user.
    public func ban(_ userID: String, from roomID: String, reason: String? = nil) throws(SandboxRefusal) {
        try change { world throws(SandboxRefusal) in
            try world.remove(userID, from: roomID, by: world.room(roomID).creator, as: .ban, reason: reason)
        }
    }

    /// Lets a user forget a room that he has left.
    public func forget(_ roomID: String, by userID: String) throws(SandboxRefusal) {
        try change { world throws(SandboxRefusal) in try world.forget(roomID, by: userID) }
    }

    /// Sends an event as a user who is in the room.
    ///
    /// - Parameter parent: the event below which it hangs, as when others send at the same moment; the room's deepest if not given.
    /// - Returns: the event's id.
    @discardableResult
    public func send(
        to roomID: String, by sender: String, type: String = "m.room.message", content: SandboxJSON, timestamp: Int? = nil,
        hangingOn parent: String? = nil
    ) throws(SandboxRefusal) -> String {
        try change { world throws(SandboxRefusal) in
            try world.send(type, to: roomID, by: sender, content: content, timestamp: timestamp, hangingOn: parent)
        }
    }

    /// Redacts an event as a user who may.
    ///
    /// - Returns: the redaction's id.
    @discardableResult
    public func redact(_ eventID: String, in roomID: String, by sender: String, reason: String? = nil) throws(SandboxRefusal) -> String {
        try change { world throws(SandboxRefusal) in try world.redact(eventID, in: roomID, by: sender, reason: reason) }
    }

    /// Gives a user a power level in a room.
    public func setPower(of userID: String, to level: Int, in roomID: String) throws(SandboxRefusal) {
        try change { world throws(SandboxRefusal) in try world.setPower(of: userID, to: level, in: roomID) }
    }

    /// Locks an account, or unlocks it; its tokens answer 401 `M_USER_LOCKED` meanwhile.
    public func setLocked(_ isLocked: Bool, user userID: String) {
        world.withLock { $0.users[userID]?.isLocked = isLocked }
    }

    /// Deactivates an account: its tokens end and it leaves all rooms.
    public func deactivate(_ userID: String) throws(SandboxRefusal) {
        try change { world throws(SandboxRefusal) in try world.deactivate(userID) }
    }
}
