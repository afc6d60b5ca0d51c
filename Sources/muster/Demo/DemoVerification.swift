import HomeserverClient

/// What the homeserver says after the work: read back page by page over its HTTP interface, not taken from any status.
struct DemoVerification: Sendable {
    /// The spammer's messages that were to be redacted.
    var spam = 0
    /// Those of them that are redacted.
    var redacted = 0
    /// The others' messages in the same rooms.
    var chat = 0
    /// Those of them that are redacted, which none should be.
    var chatRedacted = 0
    /// Messages left in the old room before the purge's bound.
    var oldLeft = 0
    /// Messages left in the old room after it.
    var newLeft = 0

    /// Reads all rooms back.
    static func read(_ world: DemoWorld, through client: HomeserverClient) async throws -> DemoVerification {
        var found = DemoVerification()
        for room in world.spam.rooms {
            for event in try await messages(in: room, through: client) {
                if event.sender == world.spam.spammer {
                    found.spam += 1
                    if event.isRedacted { found.redacted += 1 }
                } else {
                    found.chat += 1
                    if event.isRedacted { found.chatRedacted += 1 }
                }
            }
        }
        for event in try await messages(in: world.oldRoom, through: client) {
            if event.originServerTs < world.purgeUpTo { found.oldLeft += 1 } else { found.newLeft += 1 }
        }
        return found
    }

    /// Whether everything is as it was asked for, and nothing else was touched.
    func isRight(for world: DemoWorld) -> Bool {
        // A purge up to a time keeps the last event before it, as Synapse's does.
        spam == world.spamMessages && redacted == spam && chatRedacted == 0 && oldLeft <= 1 && newLeft == world.newMessages
    }

    private static func messages(in room: String, through client: HomeserverClient) async throws -> [RoomEvent] {
        var events: [RoomEvent] = []
        var from: String?
        // Far more pages than the demo's rooms have, so that a homeserver that turns in circles does not hold the demo.
        for _ in 0..<100 {
            let filter = RoomEventFilter(types: ["m.room.message"])
            let page = try await client.events(in: room, from: from, direction: .backwards, limit: 200, filter: filter)
            events += page.events
            guard let next = page.end, next != from, !page.events.isEmpty else { break }
            from = next
        }
        return events
    }
}
