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
    public func prepare() async throws { try await client.prepare() }

    /// Looks at the deletes, submits further ones, and snoozes until all have ended.
    public func run(_ params: DeleteRooms.Params, in context: HandlerContext) async throws -> Outcome {
        guard let desk else { throw FinalError("This process cannot submit tasks.") }
        let round = ChildRound(children: ChildTasks(desk: desk, context: context), client: client, settings: settings)
        let deletes = Deletes(rooms: params.distinctRooms, params: params.delete, atOnce: settings.deletesAtOnce)
        return try await round.run(deletes, from: context.checkpoint(as: DeleteRoomsCheckpoint.self) ?? DeleteRoomsCheckpoint())
    }

    private struct Deletes: ListedFamily {
        let rooms: [String]
        let params: ShutdownAndPurgeRoom.Params
        let atOnce: Int
        let activity = "The deletes of the rooms run."
        var count: Int { rooms.count }

        func submit(at place: Int, _ children: ChildTasks, _ ledger: inout DeleteRoomsCheckpoint) async throws {
            var one = params
            one.roomID = rooms[place]
            one.parentTaskID = children.context.taskID.description
            ledger.submitted(try await children.submit(ShutdownAndPurgeRoom.self, one, name: rooms[place]), at: place)
        }

        func count(_ end: ChildEnd, of place: Int, in ledger: inout DeleteRoomsCheckpoint) {
            ledger.count(end, of: rooms[place], at: place)
        }

        func progress(_ ledger: DeleteRoomsCheckpoint) -> TaskProgress { ledger.progress(of: rooms.count) }
        func report(_ ledger: DeleteRoomsCheckpoint) -> DeleteRooms.Result { ledger.result(of: rooms) }
    }
}
