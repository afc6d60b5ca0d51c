extension World {
    /// A new account, with the token of its first device.
    mutating func createUser(_ name: String, admin: Bool) throws(SandboxRefusal) -> String {
        let userID = name.hasPrefix("@") ? name : "@\(name):\(serverName)"
        guard users[userID] == nil else {
            throw SandboxRefusal(status: 400, errcode: "M_USER_IN_USE", message: "User ID already taken.")
        }
        users[userID] = User(id: userID, isLocal: isLocal(userID), isAdmin: admin, devices: ["FIRST"])
        return openSession(userID, deviceID: "FIRST", validUntilMilliseconds: nil)
    }

    mutating func openSession(_ userID: String, deviceID: String?, validUntilMilliseconds: Int?) -> String {
        let token = identifiers.token()
        sessions[token] = Session(userID: userID, deviceID: deviceID, validUntilMilliseconds: validUntilMilliseconds)
        return token
    }

    /// Removes a device with its tokens and remembered transactions.
    mutating func removeDevice(_ deviceID: String, of userID: String) {
        users[userID]?.devices.remove(deviceID)
        sessions = sessions.filter { $0.value.userID != userID || $0.value.deviceID != deviceID }
        transactions = transactions.filter { $0.key.userID != userID || $0.key.deviceID != deviceID }
    }

    /// Ends all sessions and takes the user out of every room at once; Synapse does the latter some seconds later.
    mutating func deactivate(_ userID: String) throws(SandboxRefusal) {
        users[userID]?.isDeactivated = true
        for deviceID in users[userID]?.devices ?? [] { removeDevice(deviceID, of: userID) }
        sessions = sessions.filter { $0.value.userID != userID }
        for (roomID, room) in rooms where room.hasJoined(userID) {
            try setMembership(.leave, of: userID, in: roomID, by: userID, reason: nil)
        }
    }
}
