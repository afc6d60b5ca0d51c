import SchedulerTesting

extension ParityCase {
    private static let status = ParityStep.get("/_synapse/admin/v1/user/redact_status/<redact_id>").until("complete", "failed")

    private static func redact(_ body: String, user: String = "spammer") -> ParityStep {
        ParityStep.post("/_synapse/admin/v1/user/<\(user)>/redact", body).saving("redact_id")
    }

    /// A redact from its beginning to its end, and what is left in the rooms.
    private static func story(
        _ name: String, _ body: String, rooms: [String] = ["spam_room"], count: Int = 6,
        prepare: @escaping @Sendable (ParityWorld, SynapseUser, [String: String]) async throws -> [String: String] = { $2 }
    ) -> ParityCase {
        ParityCase(
            name: "redact: \(name)",
            prepare: { world in
                let (spammer, words) = try await world.spammer(count)
                return try await prepare(world, spammer, words)
            },
            steps: [redact(body), status],
            effects: { world, words in
                var facts: [String: String] = [:]
                for room in rooms {
                    for (key, value) in try await world.messages(in: words[room] ?? "") { facts["\(room) \(key)"] = value }
                }
                return facts
            })
    }

    /// What a redact does.
    static let redacts: [ParityCase] = [
        story("all rooms", #"{"rooms":[]}"#, rooms: ["spam_room", "second_room"]) { world, spammer, words in
            let second = try await world.client.createRoom(by: world.friend, members: [spammer])
            try await world.client.sendMessages(3, to: second, as: spammer)
            return words.merging(["second_room": second]) { $1 }
        },
        story("one room of two", #"{"rooms":["<spam_room>"],"reason":"spam"}"#, rooms: ["spam_room", "second_room"]) {
            world, spammer, words in
            let second = try await world.client.createRoom(by: world.friend, members: [spammer])
            try await world.client.sendMessages(3, to: second, as: spammer)
            return words.merging(["second_room": second]) { $1 }
        },
        story("messages of others stay", #"{"rooms":["<spam_room>"]}"#) { world, _, words in
            try await world.client.sendMessages(2, to: words["spam_room"] ?? "", as: world.friend)
            return words
        },
        story("encrypted messages", #"{"rooms":[]}"#) { world, spammer, words in
            for number in 0..<2 {
                let content = ["algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "\(number)"]
                try await world.client.sendEvent("m.room.encrypted", content, to: words["spam_room"] ?? "", as: spammer)
            }
            return words
        },
        story("a time span", #"{"rooms":[],"after_ts":<from>,"before_ts":<to>}"#) { world, spammer, words in
            let events = try await world.client.readAllMessages(in: words["spam_room"] ?? "", from: spammer)
            let times = events.map(\.timestamp).sorted()
            return words.merging(["from": "\(times[0])", "to": "\(times[times.count - 1])"]) { $1 }
        },
        story("a user who is banned, rooms not named", #"{"rooms":[]}"#) { world, spammer, words in
            try await world.client.ban(spammer, from: words["spam_room"] ?? "", by: world.friend)
            return words
        },
        story("a user who was kicked, rooms not named", #"{"rooms":[]}"#) { world, spammer, words in
            try await world.client.kick(spammer, from: words["spam_room"] ?? "", by: world.friend)
            return words
        },
        story("a user who was kicked, the room named", #"{"rooms":["<spam_room>"]}"#) { world, spammer, words in
            try await world.client.kick(spammer, from: words["spam_room"] ?? "", by: world.friend)
            return words
        },
        story("by the admin", #"{"rooms":["<spam_room>"],"use_admin":true}"#) { world, spammer, words in
            let admin = SynapseUser(id: world.words["admin"] ?? "", token: world.client.adminToken)
            let room = try await world.client.createRoom(by: admin, members: [spammer])
            try await world.client.sendMessages(4, to: room, as: spammer)
            return words.merging(["spam_room": room]) { $1 }
        },
        story("by the admin, who is not in the room", #"{"rooms":["<spam_room>"],"use_admin":true}"#),
        ParityCase(
            name: "redact: while one of the same user is under way",
            prepare: { try await $0.spammer(60).words },
            steps: [
                redact(#"{"rooms":[]}"#),
                ParityStep.get("/_synapse/admin/v1/user/redact_status/<redact_id>").until("active"),
                ParityStep.post("/_synapse/admin/v1/user/<spammer>/redact", #"{"rooms":[]}"#),
                status,
            ]),
        ParityCase(
            name: "redact: again, after the end",
            prepare: { try await $0.spammer(2).words },
            steps: [redact(#"{"rooms":[]}"#), status, redact(#"{"rooms":[]}"#), status]),
        .one("redact: a longer path", .post("/_synapse/admin/v1/user/<nobody>/redactXYZ", #"{"rooms":[]}"#)),
        ParityCase(
            name: "redact: ids that are not encoded",
            prepare: { ["ghost": "@plain-\($0.user.id.dropFirst())"] },
            steps: [ParityStep.post("/_synapse/admin/v1/user/<!ghost>/redact", #"{"rooms":[]}"#).saving("redact_id"), status]),
        ParityCase(
            name: "redact status: the id of a purge",
            prepare: { try await $0.roomWithMessages(3) },
            steps: [
                ParityStep.post("/_synapse/admin/v1/purge_history/<fresh_room>/<fresh_e1>").saving("purge_id"),
                ParityStep.get("/_synapse/admin/v1/purge_history_status/<purge_id>").until("complete", "failed"),
                ParityStep.get("/_synapse/admin/v1/user/redact_status/<purge_id>"),
            ]),
    ]
}
