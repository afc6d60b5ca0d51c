import Foundation

/// What the handlers need to know of an event; its content stays behind.
public struct RoomEvent: Sendable, Hashable, Decodable {
    /// The event's id.
    public var eventID: String
    /// The room, where the answer names it.
    public var roomID: String?
    /// Who sent it.
    public var sender: String
    /// Such as `m.room.message`.
    public var type: String
    /// When, by its sender's server, in milliseconds since 1970.
    public var originServerTs: Int64
    /// Whether it is redacted already, as `unsigned.redacted_because` shows.
    public var isRedacted: Bool
    /// The membership of an `m.room.member` event.
    public var membership: String?
    /// The state key; nil for what is no state.
    public var stateKey: String?
    /// How deep it hangs in the room, where the answer says so: about how many events lie before it.
    public var depth: Int64?

    /// An event.
    public init(
        eventID: String, roomID: String? = nil, sender: String, type: String, originServerTs: Int64, isRedacted: Bool = false,
        membership: String? = nil, stateKey: String? = nil, depth: Int64? = nil
    ) {
        self.eventID = eventID
        self.roomID = roomID
        self.sender = sender
        self.type = type
        self.originServerTs = originServerTs
        self.isRedacted = isRedacted
        self.membership = membership
        self.stateKey = stateKey
        self.depth = depth
    }

    private enum CodingKeys: String, CodingKey {
        case eventID = "event_id"
        case roomID = "room_id"
        case sender, type, unsigned, content
        case originServerTs = "origin_server_ts"
        case stateKey = "state_key"
    }

    private struct Unsigned: Decodable {
        var isRedacted: Bool

        private enum CodingKeys: String, CodingKey {
            case because = "redacted_because"
            case by = "redacted_by"
        }

        init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            isRedacted = keys.contains(.because) || keys.contains(.by)
        }
    }

    private struct Content: Decodable {
        var membership: String?
    }

    /// Reads the event as the homeserver writes it.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        eventID = try keys.decode(String.self, forKey: .eventID)
        roomID = try keys.decodeIfPresent(String.self, forKey: .roomID)
        sender = try keys.decode(String.self, forKey: .sender)
        type = try keys.decode(String.self, forKey: .type)
        originServerTs = try keys.decode(Int64.self, forKey: .originServerTs)
        stateKey = try keys.decodeIfPresent(String.self, forKey: .stateKey)
        // Content and unsigned come from other servers: a strange form there must not hide the event.
        isRedacted = (try? keys.decodeIfPresent(Unsigned.self, forKey: .unsigned))?.isRedacted ?? false
        membership = (try? keys.decodeIfPresent(Content.self, forKey: .content))?.membership
    }
}

/// A page of a room's events.
public struct RoomEventPage: Sendable, Decodable {
    /// The events, in the order that was asked for; may be empty before the end.
    public var events: [RoomEvent]
    /// Where the page begins; reading from here gives it again.
    public var start: String?
    /// From where the next page goes on; nil at the end.
    public var end: String?

    /// A page.
    public init(events: [RoomEvent], start: String? = nil, end: String?) {
        self.events = events
        self.start = start
        self.end = end
    }

    private enum CodingKeys: String, CodingKey {
        case chunk, start, end
    }

    /// Reads `chunk`, `start` and `end`, of which only the last may be missing.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        events = try keys.decode([RoomEvent].self, forKey: .chunk)
        start = try keys.decode(String.self, forKey: .start)
        end = try keys.decodeIfPresent(String.self, forKey: .end)
    }
}
