import HomeserverClient
import HomeserverTasks

/// Which events of a user a redact takes.
struct RedactSelection: Sendable {
    let userID: String
    let beforeTs: Int64?
    let afterTs: Int64?
    /// Events a room, newest first; those already redacted count, as in Synapse, so that a second run looks at the same ones.
    let limit: Int
    let types: [String]

    /// What Synapse's own redact takes, whatever it is asked for.
    static let synapseTypes = ["m.room.message", "m.room.encrypted", "m.room.member"]

    /// Whether every type that can be redacted is taken.
    var takesEveryType: Bool { types.contains(RedactAllEvents.everyType) }

    init(_ params: RedactAllEvents.Params) {
        userID = params.userID
        beforeTs = params.beforeTs.flatMap { $0 > 0 ? $0 : nil }
        afterTs = params.afterTs.flatMap { $0 > 0 ? $0 : nil }
        limit = params.limit.flatMap { $0 > 0 ? $0 : nil } ?? 1000
        types = params.eventTypes ?? Self.synapseTypes
    }

    /// What the homeserver is asked for.
    var filter: RoomEventFilter {
        takesEveryType ? fullFilter : RoomEventFilter(senders: [userID], types: types)
    }

    /// All of the user's events that could be redacted: what the task takes, what the homeserver's own redact would take beyond its concern,
    /// and what stays.
    var fullFilter: RoomEventFilter {
        RoomEventFilter(senders: [userID], notTypes: RedactAllEvents.unredactable.sorted())
    }

    /// Whether the homeserver's own redact takes an event of this kind.
    func isSynapses(_ event: RoomEvent) -> Bool {
        event.sender == userID && Self.synapseTypes.contains(event.type) && (event.type != "m.room.member" || event.membership == "join")
    }

    /// Whether an event is the task's concern, redacted or not.
    func takes(_ event: RoomEvent) -> Bool {
        guard isInReach(event) else { return false }
        if takesEveryType { return true }
        return types.contains(event.type) && (event.type != "m.room.member" || event.membership == "join")
    }

    /// Whether it is the user's, of the time that is asked for, and could be redacted.
    private func isInReach(_ event: RoomEvent) -> Bool {
        event.sender == userID && event.originServerTs <= beforeTs ?? .max && event.originServerTs >= afterTs ?? .min
            && !RedactAllEvents.unredactable.contains(event.type)
    }

    /// Types that are left out, to how many readable events of a page stay for that.
    func stays(_ page: [RoomEvent]) -> [String: Int] {
        page.lazy.filter { isInReach($0) && !$0.isRedacted && !takes($0) }.reduce(into: [:]) { $0[$1.type, default: 0] += 1 }
    }

    /// The events of a page that count, when so many have counted before in the room.
    func select(_ page: [RoomEvent], after counted: Int) -> [RoomEvent] {
        Array(page.lazy.filter(takes).prefix(max(0, limit - counted)))
    }

    /// The events of a page that count beyond the limit.
    func beyond(_ page: [RoomEvent], after counted: Int) -> some Sequence<RoomEvent> {
        page.lazy.filter(takes).dropFirst(max(0, limit - counted))
    }

    /// Reads a page of a room, newest first.
    func page(
        of roomID: String, from: String?, _ client: HomeserverClient, _ settings: HandlerSettings, _ filter: RoomEventFilter? = nil
    ) async throws -> RoomEventPage {
        let filter = filter ?? self.filter
        return try await settings.retrying { _ in
            try await client.events(in: roomID, from: from, direction: .backwards, limit: settings.pageSize, filter: filter)
        }
    }
}
