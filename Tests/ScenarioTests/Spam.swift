import SchedulerTesting
import Testing

/// A spammer's messages in rooms of a real Synapse, among what somebody else wrote.
struct Spam: Sendable {
    let spammer: SynapseUser
    /// The spammer's event ids, by room.
    let messages: [String: [String]]
    let owner: SynapseUser
    private let client: SynapseClient

    var rooms: [String] { messages.keys.sorted() }
    var count: Int { messages.values.reduce(0) { $0 + $1.count } }

    /// What the redact's path needs of the user id.
    var path: String { "/_synapse/admin/v1/user/\(SynapseClient.encoded(spammer.id))/redact" }

    /// Writes 300 messages into 5 rooms.
    static func write(on synapse: RealSynapse, rooms count: Int = 5, messagesPerRoom: Int = 60) async throws -> Spam {
        let client = synapse.client
        let owner = try await client.makeUser("owner")
        let spammer = try await client.makeUser("spammer")
        var rooms: [String] = []
        for _ in 0..<count {
            let room = try await client.createRoom(by: owner, members: [spammer])
            try await client.send("welcome", to: room, as: owner)
            rooms.append(room)
        }
        var messages: [String: [String]] = [:]
        // All of many rooms at once would wait for a connection for too long.
        for start in stride(from: 0, to: count, by: 10) {
            let some = Array(rooms[start..<min(start + 10, count)])
            messages.merge(try await client.sendMessages(messagesPerRoom, toEach: some, as: spammer)) { $1 }
        }
        return Spam(spammer: spammer, messages: messages, owner: owner, client: client)
    }

    /// How many of the messages Synapse shows as redacted.
    func redacted() async throws -> Int {
        var redacted = 0
        for room in rooms { redacted += try await client.readAllMessages(in: room, from: spammer).count { $0.isRedacted } }
        return redacted
    }

    /// Every message is redacted, each by one redaction; what the other user wrote is untouched.
    func expectRedactedOnce(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for (room, sent) in messages {
            let read = try await client.readAllMessages(in: room, from: spammer)
            #expect(Set(read.map(\.id)) == Set(sent), sourceLocation: sourceLocation)
            let readable = read.filter { !$0.isRedacted || $0.body != nil }
            #expect(readable.isEmpty, sourceLocation: sourceLocation)
            // As in Synapse, the user's membership goes too.
            let memberships = try await client.readAllMessages(in: room, types: ["m.room.member"], from: spammer).map(\.id)
            let counts = try await client.redactionCounts(in: room)
            let notOnce = (sent + memberships).filter { counts[$0] != 1 }.map { "\($0): \(counts[$0] ?? 0)" }
            #expect(notOnce == [], "events with the number of their redactions", sourceLocation: sourceLocation)
            #expect(counts.count == sent.count + memberships.count, sourceLocation: sourceLocation)
            let others = try await client.readAllMessages(in: room, from: owner)
            #expect(others.map(\.body) == ["welcome"], sourceLocation: sourceLocation)
        }
    }
}

extension Spam {
    /// Every message is redacted, and nothing else but the user's membership.
    ///
    /// - Returns: how many redactions were sent again for something that was redacted already.
    func expectRedacted(sourceLocation: SourceLocation = #_sourceLocation) async throws -> Int {
        var twice = 0
        for (room, sent) in messages {
            let read = try await client.readAllMessages(in: room, from: spammer)
            #expect(read.count == sent.count && read.allSatisfy { $0.isRedacted && $0.body == nil }, sourceLocation: sourceLocation)
            let memberships = try await client.readAllMessages(in: room, types: ["m.room.member"], from: spammer).map(\.id)
            let counts = try await client.redactionCounts(in: room)
            #expect(Set(counts.keys).isSubset(of: sent + memberships), sourceLocation: sourceLocation)
            twice += counts.values.reduce(0) { $0 + $1 - 1 }
        }
        return twice
    }
}

/// The body of a redact in every room of the user.
struct RedactBody: Encodable, Sendable {
    var rooms: [String] = []
    var reason = "spam"
    var concurrency: Int?
}

/// The id that a redact is answered with.
struct RedactAnswer: Decodable {
    let redact_id: String
}

extension MusterClient {
    /// Asks for a redact of everything that the user wrote, and returns its id.
    func redact(_ path: String, _ body: RedactBody = RedactBody()) async throws -> String {
        try await require("POST", path, body, as: RedactAnswer.self).redact_id
    }
}
