/// Messages and redactions over the client API.
enum SendingEndpoints {
    static let routes = [
        Route("PUT", "/_matrix/client/v3/rooms/{room}/send/{type}/{txn}", .user, send),
        Route("PUT", "/_matrix/client/v3/rooms/{room}/redact/{event}/{txn}", .user, redact),
    ]

    private static func send(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let content = try call.object()
        return try once(&world, call) { world throws(SandboxRefusal) in
            try world.send(
                call.parameter("type"), to: call.parameter("room"), by: call.requester.userID, content: content)
        }
    }

    private static func redact(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let reason = try call.object()["reason"]?.text
        return try once(&world, call) { world throws(SandboxRefusal) in
            try world.redact(call.parameter("event"), in: call.parameter("room"), by: call.requester.userID, reason: reason)
        }
    }

    /// Does it once for each transaction id of a device.
    ///
    /// Without a device (a token that an admin got for somebody, an application service that names none) Synapse remembers transactions only
    /// until it restarts; the sandbox shows the worse case and never remembers them.
    private static func once(
        _ world: inout World, _ call: Call, _ act: (inout World) throws(SandboxRefusal) -> String
    ) throws(SandboxRefusal) -> Reply {
        let transaction = call.requester.deviceID.map {
            World.Transaction(roomID: call.parameter("room"), userID: call.requester.userID, deviceID: $0, id: call.parameter("txn"))
        }
        if let transaction, let eventID = world.transactions[transaction] { return .ok(["event_id": .string(eventID)]) }
        try world.limitRate(of: call.requester)
        let eventID = try act(&world)
        if let transaction { world.transactions[transaction] = eventID }
        return .ok(["event_id": .string(eventID)])
    }
}
