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
    let context: HandlerContext

    /// A page of the user's events, newest first.
    func page(of roomID: String, from: String?) async throws -> RoomEventPage {
        try await settings.retrying { _ in
            try await client.events(in: roomID, from: from, direction: .backwards, limit: settings.pageSize, filter: selection.filter)
        }
    }

    /// Whether the acting user is in the room, as the homeserver says now.
    func isJoined(_ roomID: String) async throws -> Bool {
        let now = try await settings.retrying { _ in try await client.memberships(of: actingUserID) }
        return now.rooms[roomID] == "join"
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
