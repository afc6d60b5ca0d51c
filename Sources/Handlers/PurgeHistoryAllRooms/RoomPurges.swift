import HomeserverClient
import HomeserverTasks
import Scheduler

/// The purges of a policy: one for each room that it is for, in the order of the homeserver's list.
struct RoomPurges: ChildFamily {
    let params: PurgeHistoryAllRooms.Params
    /// When rooms are purged; nil means at any time.
    let window: TimeWindow?
    let client: HomeserverClient
    let settings: HandlerSettings

    let activity = "The purges of the rooms run."

    func count(_ end: ChildEnd, of room: String, in ledger: inout AllRoomsCheckpoint) { ledger.end(room, end) }
    func isOver(_ ledger: AllRoomsCheckpoint) -> Bool { ledger.isAtEnd && ledger.open.isEmpty }
    func progress(_ ledger: AllRoomsCheckpoint) -> TaskProgress { ledger.progress }
    func report(_ ledger: AllRoomsCheckpoint) -> PurgeHistoryAllRooms.Result { ledger.result(isDryRun: params.dryRun) }

    /// Goes on through the rooms until as many are purged at once as may be.
    func submit(_ children: ChildTasks, _ ledger: inout AllRoomsCheckpoint) async throws -> Outcome? {
        if let wait = window?.wait(at: settings.now(children.context)) {
            return .snoozed(for: wait, reason: "The time of day is outside the window.")
        }
        var list = RoomList(client: client, retrying: settings.retrying)
        var looked = 0
        while ledger.open.count < params.concurrency, let room = try await list.next(&ledger) {
            try Task.checkCancellation()
            try await settle(room, children, &ledger)
            looked += 1
            if looked % 25 == 0 { try await children.context.save(checkpoint: ledger, progress: ledger.progress) }
        }
        return nil
    }

    private func settle(_ room: RoomSummary, _ children: ChildTasks, _ ledger: inout AllRoomsCheckpoint) async throws {
        // No room has anything so old, and no purge takes such a bound.
        guard ledger.cutoff >= PurgeHistory.earliest else { return ledger.skip(room.roomID) }
        let judgement: RoomJudgement
        do {
            judgement = try await .look(at: room, params, cutoff: ledger.cutoff, client, settings.retrying)
        } catch let error as HomeserverError where !error.isTransient && !error.isTokenRefused {
            // Deleted meanwhile, for one: no reason to leave the others.
            return ledger.fail(room.roomID, error.description)
        }
        guard judgement != .skip else { return ledger.skip(room.roomID) }
        guard !params.dryRun else { return ledger.estimate(room.roomID, judgement.events) }
        let purge = PurgeHistory.Params(
            roomID: room.roomID, purgeUpToTs: ledger.cutoff, deleteLocalEvents: params.deleteLocalEvents, pauseMs: params.pauseMs,
            window: params.window, timeZone: params.timeZone, parentTaskID: children.context.taskID.description)
        guard let id = try await children.submit(PurgeHistory.self, purge, name: room.roomID) else {
            return ledger.fail(room.roomID, "Another task stands in the way.")
        }
        ledger.begin(room.roomID, id, judgement.events)
    }
}
