import SchedulerTesting

/// What one side of the comparison finds on the homeserver: users and rooms of its own, so that neither side disturbs the other.
struct ParityWorld: Sendable {
    let client: SynapseClient
    /// Wrote everything.
    let user: SynapseUser
    /// Is in the same rooms.
    let friend: SynapseUser
    /// Words of all cases: ids of users, rooms and events.
    let words: [String: String]

    /// Makes users, a room with six messages, and another with one.
    static func make(on synapse: RealSynapse) async throws -> ParityWorld {
        let client = synapse.client
        let (user, friend) = (try await client.makeUser("parity"), try await client.makeUser("friend"))
        let room = try await client.createRoom(by: user, members: [friend])
        let messages = try await client.sendMessages(6, to: room, as: user, inFlight: 1)
        let other = try await client.createRoom(by: user)
        let otherEvent = try await client.send("elsewhere", to: other, as: user)
        return ParityWorld(
            client: client, user: user, friend: friend,
            words: [
                "user": user.id, "friend": friend.id, "admin": synapse.adminUserID, "room": room, "first": messages[0],
                "middle": messages[3], "last": messages[5], "other": other, "other_event": otherEvent,
                "nobody": "@nobody:\(synapse.serverName)", "foreigner": "@who:elsewhere.test", "no_room": "!nowhere:\(synapse.serverName)",
            ])
    }

    /// A room of the user's with messages: words `room`, `e0`, `e1`, … in the case's own space.
    func roomWithMessages(_ count: Int, prefix: String = "fresh", members: [SynapseUser] = []) async throws -> [String: String] {
        let room = try await client.createRoom(by: user, members: members)
        let messages = try await client.sendMessages(count, to: room, as: user, inFlight: 1)
        var words = ["\(prefix)_room": room]
        for (index, id) in messages.enumerated() { words["\(prefix)_e\(index)"] = id }
        return words
    }

    /// A user whom no other case knows, in a room of the friend's, with messages: words `spammer`, `spam_room`.
    func spammer(_ count: Int) async throws -> (user: SynapseUser, words: [String: String]) {
        let spammer = try await client.makeUser("spammer")
        let room = try await client.createRoom(by: friend, members: [spammer])
        try await client.sendMessages(count, to: room, as: spammer)
        return (spammer, ["spammer": spammer.id, "spam_room": room])
    }

    /// How many messages of a room can be read, and how many are redacted, by whom.
    func messages(in room: String) async throws -> [String: String] {
        let events = try await client.readAllMessages(in: room, types: ["m.room.message", "m.room.encrypted"])
        let redactions = try await client.readAllMessages(in: room, types: ["m.room.redaction"])
        // Synapse may redact an event twice.
        let byAdmin = Set(redactions.filter { $0.sender == words["admin"] }.compactMap(\.redacts)).count
        return [
            "readable": "\(events.filter { !$0.isRedacted }.count)", "redacted": "\(events.filter(\.isRedacted).count)",
            "redacted by the admin": "\(byAdmin)",
        ]
    }
}
