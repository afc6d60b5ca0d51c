/// The kinds of work that Synapse does in its own background tasks.
enum JobAction: String, Sendable, Hashable, CaseIterable {
    case purgeHistory = "purge_history"
    case shutdownAndPurgeRoom = "shutdown_and_purge_room"
    case redactAllEvents = "redact_all_events"
}

/// What one job has to do.
enum JobWork: Sendable {
    case purgeHistory(HistoryPurge)
    case roomShutdown(RoomShutdown)
    case redaction(UserRedaction)
}

/// A background job of the homeserver, with the statuses that Synapse shows.
struct Job: Sendable {
    enum Status: String, Sendable, CaseIterable {
        case scheduled, active, complete, failed, cancelled
    }

    let id: String
    let action: JobAction
    let resourceID: String
    let work: JobWork
    var status = Status.scheduled
    var timestamp = World.now()
    var result: SandboxJSON?
    var error: String?

    var isFinished: Bool { status != .scheduled && status != .active }
}

/// A purge of everything above a bound.
struct HistoryPurge: Sendable {
    let roomID: String
    /// Events of a smaller depth go; the bound itself stays.
    let depth: Int
    let deletesLocalEvents: Bool
}

/// The end of a room.
struct RoomShutdown: Sendable {
    let roomID: String
    let requester: String
    let newRoomUserID: String?
    let newRoomName: String
    let message: String
    let block: Bool
    let purge: Bool
}

/// Synapse's own redaction of one user's events.
struct UserRedaction: Sendable {
    let userID: String
    let requester: String
    let rooms: [String]
    let reason: String?
    let limit: Int
    let usesAdmin: Bool
    let beforeTimestamp: Int?
    let afterTimestamp: Int?
}
