/// Rooms as an admin sees them.
enum RoomEndpoints {
    static let routes = [
        Route("GET", "/_synapse/admin/v1/rooms", .admin, list),
        Route("GET", "/_synapse/admin/v1/rooms/{room}", .admin, show),
        Route("GET", "/_synapse/admin/v1/rooms/{room}/members", .admin, members),
        Route("GET", "/_synapse/admin/v1/rooms/{room}/state", .admin, state),
        Route("GET", "/_synapse/admin/v1/rooms/{room}/block", .admin, isBlocked),
        Route("PUT", "/_synapse/admin/v1/rooms/{room}/block", .admin, block),
    ]

    /// A page of rooms in the order of their names, or of `joined_local_members` if asked.
    private static func list(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let from = try call.integer("from") ?? 0
        let limit = try call.limit(default: 100)
        let backwards = try call.isBackwards()
        let term = call.query["search_term"]?.lowercased()
        var bodies = world.rooms.values.map { summary(of: $0, in: world) }
        if let term {
            bodies = bodies.filter { $0["name"]?.text?.lowercased().contains(term) == true || $0["room_id"]?.text == term }
        }
        let byMembers = call.query["order_by"]?.contains("members") == true
        bodies.sort { left, right in
            if byMembers {
                let counts = (left["joined_members"]?.number ?? 0, right["joined_members"]?.number ?? 0)
                if counts.0 != counts.1 { return counts.0 > counts.1 }
            }
            return (left["name"]?.text ?? "", left["room_id"]?.text ?? "") < (right["name"]?.text ?? "", right["room_id"]?.text ?? "")
        }
        if backwards { bodies.reverse() }
        var body: [String: SandboxJSON] = [
            "rooms": .array(Array(bodies.dropFirst(from).prefix(limit))), "offset": .int(from), "total_rooms": .int(bodies.count),
        ]
        if from + limit < bodies.count { body["next_batch"] = .int(from + limit) }
        if from > 0 { body["prev_batch"] = .int(max(0, from - limit)) }
        return .ok(.object(body))
    }

    private static func show(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let room = try world.room(call.parameter("room"))
        var body = summary(of: room, in: world).members ?? [:]
        body["avatar"] = .null
        body["replacement_room"] = .null
        body["tombstoned"] = false
        body["topic"] = world.stateContent("m.room.topic", in: room)?["topic"] ?? .null
        body["joined_local_devices"] = .int(
            room.members.filter { $0.value == .join }.reduce(0) { $0 + (world.users[$1.key]?.devices.count ?? 0) })
        body["forgotten"] = .bool(room.members.keys.filter(world.isLocal).allSatisfy(room.forgottenBy.contains))
        return .ok(.object(body))
    }

    private static func members(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let members = try world.room(call.parameter("room")).members.filter { $0.value == .join }.keys.sorted()
        return .ok(["members": .array(members.map { .string($0) }), "total": .int(members.count)])
    }

    private static func state(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        _ = try world.room(call.parameter("room"))
        return .ok(["state": .array(try stateEvents(world, roomID: call.parameter("room")))])
    }

    private static func isBlocked(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        .ok(["block": .bool(world.blockedRooms.contains(call.parameter("room")))])
    }

    private static func block(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        guard let value = try call.object()["block"] else { throw .missing("Missing param block") }
        guard let block = value.flag else { throw .badJSON("Param 'block' must be a boolean.") }
        if block { world.blockedRooms.insert(call.parameter("room")) } else { world.blockedRooms.remove(call.parameter("room")) }
        return .ok(["block": .bool(block)])
    }

    static func stateEvents(_ world: World, roomID: String) throws(SandboxRefusal) -> [SandboxJSON] {
        try world.room(roomID).state.values.compactMap { world.events[$0] }.sorted { $0.stream < $1.stream }.map { world.body(of: $0) }
    }

    private static func summary(of room: Room, in world: World) -> SandboxJSON {
        let joined = room.members.filter { $0.value == .join }.keys
        return [
            "room_id": .string(room.id), "name": world.stateContent("m.room.name", in: room)?["name"] ?? .null,
            "canonical_alias": world.stateContent("m.room.canonical_alias", in: room)?["alias"] ?? .null,
            "joined_members": .int(joined.count), "joined_local_members": .int(joined.filter(world.isLocal).count),
            "version": "12", "creator": .string(room.creator), "encryption": .null, "federatable": true, "public": false,
            "join_rules": "public", "guest_access": .null, "history_visibility": "shared",
            "state_events": .int(room.state.count), "room_type": .null,
        ]
    }
}
