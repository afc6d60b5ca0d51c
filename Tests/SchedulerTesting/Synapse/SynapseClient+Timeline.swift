import FoundationEssentials

/// An event as the homeserver shows it to its admin.
public struct SynapseEvent: Sendable, Decodable, Identifiable {
    /// The event id.
    public let id: String
    /// Its type, such as `m.room.message`.
    public let type: String
    /// The user id of who sent it.
    public let sender: String
    /// Milliseconds since 1970.
    public let timestamp: Int64
    /// Whether its content is gone because of a redaction.
    public let isRedacted: Bool
    /// The text of a message that is still readable.
    public let body: String?
    /// For a redaction: the event that it takes away.
    public let redacts: String?

    private enum Keys: String, CodingKey {
        case event_id, type, sender, origin_server_ts, unsigned, content, redacts, redacted_because, body
    }

    /// Decodes an event in the client format.
    ///
    /// Room versions before 11 name what a redaction takes away outside of its content.
    public init(from decoder: any Decoder) throws {
        let event = try decoder.container(keyedBy: Keys.self)
        id = try event.decode(String.self, forKey: .event_id)
        type = try event.decode(String.self, forKey: .type)
        sender = try event.decode(String.self, forKey: .sender)
        timestamp = try event.decode(Int64.self, forKey: .origin_server_ts)
        let unsigned = try? event.nestedContainer(keyedBy: Keys.self, forKey: .unsigned)
        isRedacted = unsigned?.contains(.redacted_because) ?? false
        let content = try event.nestedContainer(keyedBy: Keys.self, forKey: .content)
        body = try? content.decode(String.self, forKey: .body)
        redacts = (try? content.decode(String.self, forKey: .redacts)) ?? (try? event.decode(String.self, forKey: .redacts))
    }
}

extension SynapseClient {
    /// All messages of a room, oldest first, redacted ones included: nobody needs to be in the room.
    ///
    /// - Parameters:
    ///   - types: The types of events to read.
    ///   - sender: Only what this user has sent.
    public func readAllMessages(
        in room: String, types: [String] = ["m.room.message"], from sender: SynapseUser? = nil
    ) async throws -> [SynapseEvent] {
        struct Filter: Encodable {
            let types: [String]
            let senders: [String]?
        }
        struct Page: Decodable {
            let chunk: [SynapseEvent]
            let end: String?
        }
        let filter = try JSONEncoder().encode(Filter(types: types, senders: sender.map { [$0.id] }))
        let path =
            "/_synapse/admin/v1/rooms/\(encoded(room))/messages?dir=b&limit=1000&filter=\(encoded(String(decoding: filter, as: UTF8.self)))"
        var newestFirst: [SynapseEvent] = []
        var position: String?
        // An empty page is not the end: only an absent token is. 10 000 pages are more than any test writes.
        for _ in 0..<10_000 {
            let page = try await require("GET", path + (position.map { "&from=\(encoded($0))" } ?? "")).decode(Page.self)
            newestFirst += page.chunk
            guard let end = page.end else { return newestFirst.reversed() }
            position = end
        }
        throw SynapseError("room \(room) has more pages of messages than a test may read")
    }

    /// How many redactions a room holds; a message that was redacted twice counts twice.
    public func countRedactionEvents(in room: String) async throws -> Int {
        try await readAllMessages(in: room, types: ["m.room.redaction"]).count
    }

    /// How many redactions each redacted event of a room has.
    public func redactionCounts(in room: String) async throws -> [String: Int] {
        try await readAllMessages(in: room, types: ["m.room.redaction"]).reduce(into: [:]) { counts, redaction in
            if let target = redaction.redacts { counts[target, default: 0] += 1 }
        }
    }
}
