/// Devices, which an application service needs for transaction ids that last.
enum DeviceEndpoints {
    static let routes = [
        Route("GET", "/_synapse/admin/v2/users/{user}/devices", .admin, list),
        Route("POST", "/_synapse/admin/v2/users/{user}/devices", .admin, create),
        Route("DELETE", "/_synapse/admin/v2/users/{user}/devices/{device}", .admin, delete),
    ]

    private static func user(
        _ world: World, _ call: Call, elsewhere: String = "Can only lookup local users"
    ) throws(SandboxRefusal) -> User {
        try world.localUser(call.parameter("user"), elsewhere: elsewhere, unknown: "Unknown user")
    }

    private static func list(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let user = try user(world, call)
        let devices = user.devices.sorted().map { SandboxJSON.object(["device_id": .string($0), "user_id": .string(user.id)]) }
        return .ok(["devices": .array(devices), "total": .int(devices.count)])
    }

    private static func create(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let user = try user(world, call, elsewhere: "Can only create devices for local users")
        guard let deviceID = try call.object()["device_id"] else { throw .bad("Missing device_id") }
        guard let name = deviceID.text, !name.isEmpty else { throw .bad("device_id must be a string") }
        world.users[user.id]?.devices.insert(name)
        return Reply(status: 201, body: [:])
    }

    /// A device that is not there is as good as deleted.
    private static func delete(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let user = try user(world, call)
        world.removeDevice(call.parameter("device"), of: user.id)
        return .ok()
    }
}
