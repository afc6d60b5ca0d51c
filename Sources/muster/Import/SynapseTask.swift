import Foundation
import HomeserverTasks
import Scheduler

/// One unfinished row of Synapse's `scheduled_tasks`.
struct SynapseTask: Sendable {
    /// Why a row counts as stuck.
    enum Trouble: String, Encodable, Sendable {
        /// No release of Synapse that is known has a handler for it; the row also keeps others from running.
        case unknownAction = "unknown_action"
        /// Nothing was written to it for too long.
        case old
    }

    /// A place in a room's history: depth, then order of arrival.
    struct Place: Sendable, Equatable {
        var depth: Int64
        var stream: Int64

        /// Reads `t17-4711`; nil for anything else.
        init?(token: String) {
            let parts = token.dropFirst().split(separator: "-", omittingEmptySubsequences: false)
            guard token.hasPrefix("t"), parts.count == 2, let depth = Int64(parts[0]), let stream = Int64(parts[1]) else { return nil }
            self.depth = depth
            self.stream = stream
        }
    }

    /// The actions that Synapse has handlers for, by its release 1.163.
    static let knownActions: Set<String> = [
        "delete_device_messages", "delete_old_otks", "purge_history", "purge_room", "redact_all_events", "shutdown_and_purge_room",
        "update_join_states",
    ]

    /// Synapse's id.
    var id: String
    var action: String
    /// `scheduled` or `active`.
    var status: String
    var resourceID: String?
    var params: [UInt8]?
    /// Since the last write; below zero for what is to run later.
    var ageMilliseconds: Int64

    /// Why the row is stuck; nil when it need not be.
    func trouble(olderThan limit: Duration) -> Trouble? {
        if !Self.knownActions.contains(action) { return .unknownAction }
        return Duration.milliseconds(ageMilliseconds) >= limit ? .old : nil
    }

    /// The place up to which a purge goes; nil when the row is no purge, or says none.
    var purgeBound: Place? {
        guard action == PurgeHistory.name.rawValue, let params = decoded(PurgeParams.self) else { return nil }
        return Place(token: params.token)
    }

    /// The task of Muster's that does the same.
    ///
    /// - Parameter purgeEvent: the event at ``purgeBound``, when it is still there
    /// - Throws: ``NoEquivalent`` with the reason.
    func equivalent(purgeEvent: String?) throws -> TaskRequest {
        var request = try translated(purgeEvent: purgeEvent)
        // Importing twice makes one task.
        request.idempotencyKey = "synapse-task-\(id)"
        request.requestedBy = SystemUser.who
        return request
    }

    /// Why there is no task of Muster's that does the same.
    struct NoEquivalent: Error {
        var reason: String
    }

    private func translated(purgeEvent: String?) throws -> TaskRequest {
        switch action {
        case RedactAllEvents.name.rawValue:
            guard let params = decoded(RedactAllEvents.Params.self) else { throw unreadable }
            return try TaskRequest(RedactAllEvents.self, params, resourceID: params.userID)
        case PurgeHistory.name.rawValue:
            guard let room = resourceID, let old = decoded(PurgeParams.self), purgeBound != nil else { throw unreadable }
            guard let purgeEvent else { throw NoEquivalent(reason: "the event up to which it purges is gone: it was done already") }
            let params = PurgeHistory.Params(
                roomID: room, purgeUpToEventID: purgeEvent, deleteLocalEvents: old.delete_local_events ?? false)
            return try TaskRequest(PurgeHistory.self, params, resourceID: room)
        case ShutdownAndPurgeRoom.name.rawValue, "purge_room":
            guard let room = resourceID else { throw unreadable }
            let old = params == nil ? DeleteParams() : decoded(DeleteParams.self)
            guard let old else { throw unreadable }
            let params = ShutdownAndPurgeRoom.Params(
                roomID: room, block: old.block ?? false, purge: old.purge ?? true, forcePurge: old.force_purge ?? false,
                newRoomUserID: old.new_room_user_id, roomName: old.new_room_name, message: old.message)
            return try TaskRequest(ShutdownAndPurgeRoom.self, params, resourceID: room)
        default:
            throw NoEquivalent(reason: "Muster has no action for it")
        }
    }

    private var unreadable: NoEquivalent { NoEquivalent(reason: "its params are not as Synapse writes them") }

    private func decoded<Value: Decodable>(_ type: Value.Type) -> Value? {
        params.flatMap { try? JSONDecoder().decode(type, from: Data($0)) }
    }

    private struct PurgeParams: Decodable {
        let token: String
        let delete_local_events: Bool?
    }

    private struct DeleteParams: Decodable {
        var block, purge, force_purge: Bool?
        var new_room_user_id, new_room_name, message: String?
    }
}
