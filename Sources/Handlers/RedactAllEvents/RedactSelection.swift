import HomeserverClient
import HomeserverTasks

/// Which events of a user a redact takes: pure.
struct RedactSelection: Sendable {
    let userID: String
    let beforeTs: Int64?
    let afterTs: Int64?
    /// Events a room, newest first; those already redacted count, as in Synapse, so that a second run looks at the same ones.
    let limit: Int

    init(_ params: RedactAllEvents.Params) {
        userID = params.userID
        beforeTs = params.beforeTs.flatMap { $0 > 0 ? $0 : nil }
        afterTs = params.afterTs.flatMap { $0 > 0 ? $0 : nil }
        limit = params.limit.flatMap { $0 > 0 ? $0 : nil } ?? 1000
    }

    /// What the homeserver is asked for.
    var filter: RoomEventFilter {
        RoomEventFilter(senders: [userID], types: ["m.room.message", "m.room.encrypted", "m.room.member"])
    }

    /// Whether an event is the task's concern, redacted or not.
    func takes(_ event: RoomEvent) -> Bool {
        guard event.sender == userID else { return false }
        guard event.originServerTs <= beforeTs ?? .max, event.originServerTs >= afterTs ?? .min else { return false }
        switch event.type {
        case "m.room.message", "m.room.encrypted": return true
        case "m.room.member": return event.membership == "join"
        default: return false
        }
    }

    /// The events of a page that count, when so many have counted before in the room.
    func select(_ page: [RoomEvent], after counted: Int) -> [RoomEvent] {
        Array(page.lazy.filter(takes).prefix(max(0, limit - counted)))
    }
}
