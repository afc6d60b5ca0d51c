/// A user's uploads, and the cache of other servers' files; no file has any content.
enum MediaEndpoints {
    static let routes = [
        Route("GET", "/_synapse/admin/v1/users/{user}/media", .admin, list),
        Route("DELETE", "/_synapse/admin/v1/users/{user}/media", .admin, delete),
        Route("POST", "/_synapse/admin/v1/user/{user}/media/quarantine", .admin, quarantine),
        Route("POST", "/_synapse/admin/v1/purge_media_cache", .admin, purgeCache),
    ]

    private static func user(_ world: World, _ call: Call) throws(SandboxRefusal) -> User {
        try world.localUser(call.parameter("user"), elsewhere: "Can only look up local users", unknown: "Unknown user")
    }

    private static func list(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let media = try user(world, call).media
        let limit = try call.limit(default: 100)
        let shown = media.prefix(limit).map { SandboxJSON.object(["media_id": .string($0)]) }
        return .ok(["media": .array(Array(shown)), "total": .int(media.count)])
    }

    private static func delete(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let user = try user(world, call)
        let gone = Array(user.media.prefix(try call.limit(default: 100)))
        world.users[user.id]?.media.removeFirst(gone.count)
        for id in gone { world.users[user.id]?.quarantinedMedia.remove(id) }
        return .ok(["deleted_media": .array(gone.map { .string($0) }), "total": .int(gone.count)])
    }

    /// Counts only what was not quarantined yet.
    private static func quarantine(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let user = try user(world, call)
        let new = Set(user.media).subtracting(user.quarantinedMedia)
        world.users[user.id]?.quarantinedMedia.formUnion(new)
        return .ok(["num_quarantined": .int(new.count)])
    }

    private static func purgeCache(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let before = try call.requiredInteger("before_ts")
        guard before >= 30_000_000_000 else {
            throw .invalid(
                "Query parameter before_ts you provided is from the year 1970. Double check that you are providing a timestamp in milliseconds."
            )
        }
        let kept = world.cachedMedia.filter { $0 >= before }
        defer { world.cachedMedia = kept }
        return .ok(["deleted": .int(world.cachedMedia.count - kept.count)])
    }
}
