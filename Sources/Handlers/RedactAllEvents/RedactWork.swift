import HomeserverClient
import HomeserverTasks
import Logging
import Scheduler

/// What every room of one attempt needs.
struct RedactWork: Sendable {
    let params: RedactAllEvents.Params
    let selection: RedactSelection
    let client: HomeserverClient
    let settings: HandlerSettings
    let acting: ActingUser
    let actingUserID: String
    let ledger: RedactLedger
    let event: EventRedaction
    /// One delegated redact at a time: the homeserver allows one a user.
    let delegation: Turns
    let version: SynapseVersion?
    /// How the acting user stands to rooms.
    let memberships: UserMemberships
    /// Whether the homeserver answers the acting user's redactions as if it had done them, and does nothing.
    let actsInVain: Bool
    let context: HandlerContext
    /// Pages on their way at once.
    let reading = Turnstile(most: 4)

    /// How many redactions may be on their way at once.
    var redactionsAtOnce: Int { settings.redactionsAtOnce(asked: params.concurrency, client.configuration) }
    /// In how many rooms to work at once.
    var roomsAtOnce: Int { min(max(settings.roomsAtOnce, 1), RedactAllEvents.mostAtOnce) }

    /// A page of the user's events that the task takes, newest first; in the first pass also of those that stay, which are counted then.
    func page(of roomID: String, from: String?) async throws -> RoomEventPage {
        let isFirst = await ledger.checkpoint.pass == 0
        return try await page(of: roomID, from: from, isFirst ? selection.fullFilter : selection.filter)
    }

    /// A page that also holds what the homeserver's own redact would take beyond the task's concern, and what stays.
    func widePage(of roomID: String, from: String?) async throws -> RoomEventPage {
        try await page(of: roomID, from: from, selection.fullFilter)
    }

    private func page(of roomID: String, from: String?, _ filter: RoomEventFilter) async throws -> RoomEventPage {
        let (selection, client, settings) = (selection, client, settings)
        var page = try await reading.pass { try await selection.page(of: roomID, from: from, client, settings, filter) }
        page.end = await ledger.end(of: page, at: from, in: roomID)
        return page
    }

    /// Whether there are readable events that count, beyond those that the limit lets the task look at.
    ///
    /// - Parameters:
    ///   - rest: what the page holds beyond the limit
    ///   - from: where the next page begins; nil at the end
    func hidesMore(of roomID: String, _ rest: some Sequence<RoomEvent>, from: String?) async throws -> Bool {
        if rest.contains(where: { !$0.isRedacted }) { return true }
        var from = from
        while let next = from {
            let page = try await page(of: roomID, from: next)
            if page.events.contains(where: { selection.takes($0) && !$0.isRedacted }) { return true }
            from = RoomRedaction.next(after: page, at: next)
        }
        return false
    }

    /// Whether the acting user is in the room, as the homeserver says now.
    func isJoined(_ roomID: String) async throws -> Bool {
        let now = try await settings.retrying { _ in try await client.memberships(of: actingUserID) }
        return now.rooms[roomID] == "join"
    }
}

/// Lets a few in at a time.
actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(most: Int) { free = max(1, most) }

    /// Runs work as soon as there is a place; whoever is cancelled while it waits is let in, and finds out by itself.
    func pass<Value: Sendable>(_ work: @Sendable () async throws -> Value) async throws -> Value {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
        defer { if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() } }
        try Task.checkCancellation()
        return try await work()
    }
}

/// Lets one in at a time, in order of arrival.
actor Turns {
    private var last: Task<Void, Never>?

    /// Runs work when all that came before is over.
    func take<Value: Sendable>(_ work: @Sendable @escaping () async throws -> Value) async throws -> Value {
        let before = last
        let mine = Task { () async throws -> Value in
            await before?.value
            try Task.checkCancellation()
            return try await work()
        }
        last = Task { _ = await mine.result }
        return try await withTaskCancellationHandler {
            try await mine.value
        } onCancel: {
            mine.cancel()
        }
    }
}

/// Why a room is given up; the other rooms go on.
struct RoomFailure: Error {
    let reason: String
}
