/// The rate limit that an admin sets for one user; it stays until deleted.
enum RateLimitEndpoints {
    private static let path = "/_synapse/admin/v1/users/{user}/override_ratelimit"

    static let routes = [
        Route("GET", path, .admin, show), Route("POST", path, .admin, set), Route("DELETE", path, .admin, remove),
    ]

    private static func user(_ world: World, _ call: Call) throws(SandboxRefusal) -> User {
        try world.localUser(call.parameter("user"), elsewhere: "Can only look up local users", unknown: "User not found")
    }

    /// An empty object if there is none.
    private static func show(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        guard let override = try user(world, call).rateOverride else { return .ok() }
        return .ok(body(of: override))
    }

    private static func set(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let user = try user(world, call)
        let body = try call.object()
        let override = RateOverride(
            messagesPerSecond: try count("messages_per_second", of: body), burstCount: try count("burst_count", of: body))
        world.users[user.id]?.rateOverride = override
        world.users[user.id]?.bucket = nil
        return .ok(Self.body(of: override))
    }

    private static func remove(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let user = try user(world, call)
        world.users[user.id]?.rateOverride = nil
        world.users[user.id]?.bucket = nil
        return .ok()
    }

    private static func count(_ name: String, of body: SandboxJSON) throws(SandboxRefusal) -> Int {
        guard let value = body[name] else { return 0 }
        guard let count = value.number, count >= 0 else { throw .invalid("\(Self.quoted(value)) parameter must be a positive int") }
        return count
    }

    /// Synapse names the wrong value here, not the parameter.
    private static func quoted(_ value: SandboxJSON) -> String {
        value.text.map { "'\($0)'" } ?? String(decoding: value.utf8, as: UTF8.self)
    }

    private static func body(of override: RateOverride) -> SandboxJSON {
        ["messages_per_second": .int(override.messagesPerSecond), "burst_count": .int(override.burstCount)]
    }
}
