/// Single events and the place of a time in a room.
enum EventEndpoints {
    static let routes = [
        Route("GET", "/_matrix/client/v3/rooms/{room}/event/{event}", .user, asUser),
        Route("GET", "/_synapse/admin/v1/rooms/{room}/context/{event}", .admin, context),
        Route("GET", "/_synapse/admin/v1/rooms/{room}/timestamp_to_event", .admin, nearTime),
        Route("GET", "/_synapse/admin/v1/fetch_event/{event}", .admin, original),
    ]

    /// Those who have left still see what was sent while they were there; what a user may not see is answered like what does not exist.
    private static func asUser(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let roomID = call.parameter("room")
        let userID = call.requester.userID
        guard let event = world.events[call.parameter("event")], event.roomID == roomID,
            world.rooms[roomID]?.hasJoined(userID) == true || world.wasJoined(userID, in: roomID, when: event)
        else { throw .notFound("Event not found.") }
        return .ok(world.body(of: event))
    }

    private static func context(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let limit = try call.limit()
        guard let event = world.events[call.parameter("event")], event.roomID == call.parameter("room") else {
            throw .notFound("Event not found.")
        }
        let around = world.context(of: event, limit: limit / 2)
        return .ok([
            "event": world.body(of: event),
            "events_before": .array(around.before.events.map { world.body(of: $0) }),
            "events_after": .array(around.after.events.map { world.body(of: $0) }),
            "start": .string((around.before.end ?? around.before.start).token),
            "end": .string((around.after.end ?? around.after.start).token),
            "state": .array(try RoomEndpoints.stateEvents(world, roomID: event.roomID)),
        ])
    }

    private static func nearTime(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let timestamp = try call.requiredInteger("ts")
        let backwards = try call.isBackwards()
        guard let event = world.event(in: call.parameter("room"), near: timestamp, backwards: backwards) else {
            throw .notFound(
                "Unable to find event from \(timestamp) in direction \(backwards ? "Direction.BACKWARDS" : "Direction.FORWARDS")")
        }
        return .ok(["event_id": .string(event.id), "origin_server_ts": .int(event.timestamp)])
    }

    /// The event as it was sent: redacted or not, with its content and no sign of a redaction.
    private static func original(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        guard var event = world.events[call.parameter("event")] else { throw .notFound("Event not found") }
        event.redactions = []
        var body = world.body(of: event).members ?? [:]
        body["depth"] = .int(event.depth)
        return .ok(["event": .object(body)])
    }
}
