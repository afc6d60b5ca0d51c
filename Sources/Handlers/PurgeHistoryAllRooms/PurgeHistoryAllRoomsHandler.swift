public import HomeserverClient
public import HomeserverTasks
public import Scheduler

/// Goes through all rooms and submits a purge for each that the policy is for, a few at a time.
public struct PurgeHistoryAllRoomsHandler: Handler {
    /// `purge_history_all_rooms`.
    public typealias HandledAction = PurgeHistoryAllRooms

    private let client: HomeserverClient
    private let desk: (any TaskDesk)?
    private let settings: HandlerSettings

    /// A handler that works through a scheduler.
    public init(client: HomeserverClient, desk: (any TaskDesk)?, settings: HandlerSettings = HandlerSettings()) {
        self.client = client
        self.desk = desk
        self.settings = settings
    }

    /// Checks that the homeserver answers and that the admin token is a server admin's.
    public func prepare() async throws { try await client.requireAdmin() }

    /// Looks at the purges, submits further ones, and snoozes until all rooms have had their turn; the purges keep to the window too.
    public func run(_ params: PurgeHistoryAllRooms.Params, in context: HandlerContext) async throws -> Outcome {
        guard let desk else { throw FinalError("This process cannot submit tasks.") }
        guard let age = params.age else { throw FinalError("older_than is no age.") }
        let children = ChildTasks(desk: desk, context: context)
        var checkpoint = try await begin(age, context)
        let window = params.dryRun ? nil : try params.window.map { try TimeWindow($0, timeZone: params.timeZone) }
        do {
            let ended = try await look(children, &checkpoint)
            let wait = window?.wait(at: settings.now())
            if wait == nil { try await submit(children, params, &checkpoint) }
            checkpoint.quietLooks = ended ? 0 : checkpoint.quietLooks + 1
            try await context.save(checkpoint: checkpoint, progress: checkpoint.progress)
            if checkpoint.isAtEnd, checkpoint.open.isEmpty { return try .complete(checkpoint.result(isDryRun: params.dryRun)) }
            if let wait { return .snoozed(for: wait, reason: "The time of day is outside the window.") }
        } catch let error as HomeserverError where !Task.isCancelled {
            try await context.save(checkpoint: checkpoint, progress: checkpoint.progress)
            return .judged(error, settings)
        } catch  where context.isCancelRequested && Task.isCancelled {
            return .cancelled(result: try JSONBytes(encoding: checkpoint.result(isDryRun: params.dryRun)))
        }
        return .snoozed(for: settings.wait(afterQuietLooks: checkpoint.quietLooks), reason: "The purges of the rooms run.")
    }

    /// Where the work is; the time up to which rooms are purged is stored before any purge is submitted, so that all attempts name the same.
    private func begin(_ age: Int64, _ context: HandlerContext) async throws -> AllRoomsCheckpoint {
        if let checkpoint = context.checkpoint(as: AllRoomsCheckpoint.self) { return checkpoint }
        let checkpoint = AllRoomsCheckpoint(cutoff: max(0, Int64(settings.now().timeIntervalSince1970 * 1000) - age))
        try await context.save(checkpoint: checkpoint, progress: checkpoint.progress)
        return checkpoint
    }

    /// - Returns: whether any purge has ended since the last look.
    private func look(_ children: ChildTasks, _ checkpoint: inout AllRoomsCheckpoint) async throws -> Bool {
        var anyEnded = false
        for (room, id) in checkpoint.open {
            guard case .ended(let end) = try await children.look(TaskID(rawValue: id)) else { continue }
            checkpoint.end(room, end)
            anyEnded = true
        }
        return anyEnded
    }

    /// Goes on through the rooms until as many are purged at once as may be.
    private func submit(
        _ children: ChildTasks, _ params: PurgeHistoryAllRooms.Params, _ checkpoint: inout AllRoomsCheckpoint
    ) async throws {
        var list = RoomList(client: client, retrying: settings.retrying)
        var looked = 0
        while checkpoint.open.count < params.concurrency, let room = try await list.next(&checkpoint) {
            try Task.checkCancellation()
            try await settle(room, children, params, &checkpoint)
            looked += 1
            if looked % 25 == 0 { try await children.context.save(checkpoint: checkpoint, progress: checkpoint.progress) }
        }
    }

    private func settle(
        _ room: RoomSummary, _ children: ChildTasks, _ params: PurgeHistoryAllRooms.Params, _ checkpoint: inout AllRoomsCheckpoint
    ) async throws {
        let judgement: RoomJudgement
        do {
            judgement = try await .look(at: room, params, cutoff: checkpoint.cutoff, client, settings.retrying)
        } catch let error as HomeserverError where !error.isTransient && error.status != 401 {
            // Deleted meanwhile, for one: no reason to leave the others.
            return checkpoint.fail(room.roomID, error.description)
        }
        guard judgement != .skip else { return checkpoint.skip(room.roomID) }
        guard !params.dryRun else { return checkpoint.estimate(room.roomID, judgement.events) }
        let purge = PurgeHistory.Params(
            roomID: room.roomID, purgeUpToTs: checkpoint.cutoff, deleteLocalEvents: params.deleteLocalEvents, pauseMs: params.pauseMs,
            window: params.window, timeZone: params.timeZone, parentTaskID: children.context.taskID.description)
        guard let id = try await children.submit(PurgeHistory.self, purge, name: room.roomID) else {
            return checkpoint.fail(room.roomID, "Another task stands in the way.")
        }
        checkpoint.begin(room.roomID, id, judgement.events)
    }
}
