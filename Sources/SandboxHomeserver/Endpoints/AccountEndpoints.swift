/// Who a token belongs to, and tokens for somebody else.
enum AccountEndpoints {
    static let routes = [
        Route("GET", "/_matrix/client/v3/account/whoami", .user, whoami),
        Route("GET", "/_synapse/admin/v1/users/{user}/admin", .admin, isAdmin),
        Route("POST", "/_synapse/admin/v1/users/{user}/login", .admin, login),
        Route("POST", "/_matrix/client/v3/logout", .user, logout),
        Route("POST", "/_synapse/admin/v1/deactivate/{user}", .admin, deactivate),
    ]

    private static func whoami(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        var body: [String: SandboxJSON] = ["user_id": .string(call.requester.userID), "is_guest": false]
        if let deviceID = call.requester.deviceID { body["device_id"] = .string(deviceID) }
        return .ok(.object(body))
    }

    private static func isAdmin(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        guard world.isLocal(call.parameter("user")) else { throw .bad("Only local users can be admins of this homeserver") }
        return .ok(["admin": .bool(world.users[call.parameter("user")]?.isAdmin ?? false)])
    }

    /// A token that acts as the user and belongs to no device.
    private static func login(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let userID = call.parameter("user")
        let body = try call.objectOrEmpty()
        _ = try world.localUser(userID, elsewhere: "Only local users can be logged in as", unknown: "User not found")
        if let value = body["valid_until_ms"], value.number == nil { throw .bad("'valid_until_ms' parameter must be an int") }
        guard userID != call.requester.userID else { throw .bad("Cannot use admin API to login as self") }
        let token = world.openSession(userID, deviceID: nil, validUntilMilliseconds: body["valid_until_ms"]?.number)
        return .ok(["access_token": .string(token)])
    }

    private static func logout(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        if let token = call.token { world.sessions[token] = nil }
        if let deviceID = call.requester.deviceID, !call.requester.isApplicationService {
            world.removeDevice(deviceID, of: call.requester.userID)
        }
        return .ok()
    }

    private static func deactivate(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let body = try call.objectOrEmpty()
        if let erase = body["erase"], erase.flag == nil { throw .badJSON("Param 'erase' must be a boolean, if given") }
        let user = try world.localUser(
            call.parameter("user"), elsewhere: "Can only deactivate local users", unknown: "User not found")
        try world.deactivate(user.id)
        return .ok(["id_server_unbind_result": "success"])
    }
}
