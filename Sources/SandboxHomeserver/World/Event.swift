/// One stored event.
struct Event: Sendable {
    let id: String
    let roomID: String
    let sender: String
    let type: String
    let stateKey: String?
    let content: SandboxJSON
    /// When, as its sender says.
    let timestamp: Int
    /// When the homeserver received it: no earlier than those before it in its room.
    let receivedAt: Int
    let depth: Int
    /// Position in the order of arrival, over all rooms.
    let stream: Int
    /// Kept by a history purge (state, local messages) but no longer part of the timeline.
    var isOutlier = false
    /// Redactions of this event, first one first; Synapse accepts any number.
    var redactions: [String] = []

    /// The event that this one redacts.
    var redacts: String? { type == "m.room.redaction" ? content["redacts"]?.text : nil }
    var isRedacted: Bool { !redactions.isEmpty }

    /// Content as everybody sees it: a redaction leaves only what the room's rules need.
    var visibleContent: SandboxJSON {
        guard isRedacted else { return content }
        let kept: [String]
        switch type {
        case "m.room.member": kept = ["membership"]
        case "m.room.create": return content
        case "m.room.power_levels": kept = ["users", "users_default", "events", "events_default", "redact", "kick", "ban", "state_default"]
        case "m.room.redaction": kept = ["redacts"]
        default: kept = []
        }
        return .object((content.members ?? [:]).filter { kept.contains($0.key) })
    }
}
