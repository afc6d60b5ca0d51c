/// One event as the sandbox stores it, for inspection.
public struct SandboxEvent: Sendable, Equatable {
    /// The event's id, starting with `$`.
    public let id: String
    /// The room it was sent to.
    public let roomID: String
    /// The user who sent it.
    public let sender: String
    /// Its type, such as `m.room.message`.
    public let type: String
    /// Its state key; `nil` for messages.
    public let stateKey: String?
    /// What was sent, before any redaction.
    public let content: SandboxJSON
    /// When it was sent, in milliseconds since 1970.
    public let timestamp: Int
    /// The ids of all redactions of it, first one first; more than one is a duplicate.
    public let redactions: [String]
    /// Whether it is redacted.
    public var isRedacted: Bool { !redactions.isEmpty }

    init(_ event: Event) {
        id = event.id
        roomID = event.roomID
        sender = event.sender
        type = event.type
        stateKey = event.stateKey
        content = event.content
        timestamp = event.timestamp
        redactions = event.redactions
    }
}
