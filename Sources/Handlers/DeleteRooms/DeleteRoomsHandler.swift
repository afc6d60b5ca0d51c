public import HomeserverClient
public import HomeserverTasks
public import Scheduler

/// Submits a delete for each room and follows them, a few at a time.
public struct DeleteRoomsHandler: Handler {
    /// `delete_rooms`.
    public typealias HandledAction = DeleteRooms

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

    /// Looks at the deletes, submits further ones, and snoozes until all have ended.
    public func run(_ params: DeleteRooms.Params, in context: HandlerContext) async throws -> Outcome {
        guard let desk else { throw FinalError("This process cannot submit tasks.") }
        let rooms = params.distinctRooms
        let children = ChildTasks(desk: desk, context: context)
        var checkpoint = context.checkpoint(as: DeleteRoomsCheckpoint.self) ?? DeleteRoomsCheckpoint()
        do {
            let before = checkpoint.ended
            for (place, id) in checkpoint.open {
                guard case .ended(let end) = try await children.look(TaskID(rawValue: id)) else { continue }
                checkpoint.count(end, of: rooms[place], at: place)
            }
            try await submit(children, params, rooms, &checkpoint)
            checkpoint.quietLooks = checkpoint.ended > before ? 0 : checkpoint.quietLooks + 1
            try await context.save(checkpoint: checkpoint, progress: checkpoint.progress(of: rooms.count))
        } catch  where context.isCancelRequested && Task.isCancelled {
            return .cancelled(result: try JSONBytes(encoding: checkpoint.result(of: rooms.count)))
        }
        guard checkpoint.ended == rooms.count else {
            return .snoozed(for: settings.wait(afterQuietLooks: checkpoint.quietLooks), reason: "The deletes of the rooms run.")
        }
        return try .complete(checkpoint.result(of: rooms.count))
    }

    /// Those that had to wait for somebody else's delete of the same room come first.
    private func submit(
        _ children: ChildTasks, _ params: DeleteRooms.Params, _ rooms: [String], _ checkpoint: inout DeleteRoomsCheckpoint
    ) async throws {
        var places = checkpoint.held
        let room = max(0, settings.deletesAtOnce - checkpoint.open.count - places.count)
        places += checkpoint.next..<min(rooms.count, checkpoint.next + room)
        for place in places {
            try Task.checkCancellation()
            var one = params.delete
            one.roomID = rooms[place]
            one.parentTaskID = children.context.taskID.description
            let id = try await children.submit(ShutdownAndPurgeRoom.self, one, name: rooms[place])
            checkpoint.submitted(id, at: place)
        }
    }
}
