import HomeserverClient
import HomeserverTasks
import Scheduler

/// Whether a policy has anything to do in a room.
enum RoomJudgement: Sendable, Equatable {
    case skip
    /// Purge; about so many events are older.
    case purge(events: Int)
    /// Purge; the homeserver does not tell how many there are.
    case purgeUncounted

    /// Looks at a room.
    ///
    /// - Throws: `FinalError` where the policy needs a count and the homeserver does not tell one.
    static func look(
        at room: RoomSummary, _ params: PurgeHistoryAllRooms.Params, cutoff: Int64, _ client: HomeserverClient, _ retrying: RetryingCalls
    ) async throws -> RoomJudgement {
        guard params.covers([room.roomID, room.canonicalAlias, room.name].compactMap { $0 }),
            room.joinedLocalMembers ?? 0 >= params.minLocalMembers
        else { return .skip }
        let history = RoomHistory(roomID: room.roomID, client: client, retrying: retrying)
        // First, since the homeserver asks other servers for a time before all that it has.
        guard let oldest = try await history.oldest(), oldest.originServerTs < cutoff else { return .skip }
        let (client, roomID) = (client, room.roomID)
        guard let bound = try await retrying({ _ in try await client.event(at: cutoff, in: roomID) }), bound.eventID != oldest.eventID
        else { return .skip }
        guard let first = try await history.place(of: oldest.eventID), let last = try await history.place(of: bound.eventID) else {
            guard params.minEvents == 0 else {
                throw FinalError("This homeserver does not tell how many events a room has, which min_events needs; Synapse 1.140 does.")
            }
            return .purgeUncounted
        }
        return judge(events: Int(last.depth - first.depth), fewest: params.minEvents)
    }

    /// Pure.
    static func judge(events: Int, fewest: Int) -> RoomJudgement { events >= max(1, fewest) ? .purge(events: events) : .skip }

    var events: Int {
        if case .purge(let events) = self { events } else { 0 }
    }
}
