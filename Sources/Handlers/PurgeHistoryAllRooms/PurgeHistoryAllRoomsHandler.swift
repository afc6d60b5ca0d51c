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
    public func prepare() async throws { try await client.prepare() }

    /// Looks at the purges, submits further ones, and snoozes until all rooms have had their turn; the purges keep to the window too.
    public func run(_ params: PurgeHistoryAllRooms.Params, in context: HandlerContext) async throws -> Outcome {
        guard let desk else { throw FinalError("This process cannot submit tasks.") }
        guard let age = params.age else { throw FinalError("older_than is no age.") }
        let round = ChildRound(children: ChildTasks(desk: desk, context: context), client: client, settings: settings)
        let begun = try await begin(age, context)
        let window = params.dryRun ? nil : try params.window.map { try TimeWindow($0, timeZone: params.timeZone) }
        return try await round.run(RoomPurges(params: params, window: window, client: client, settings: settings), from: begun)
    }

    /// Where the work is; the time up to which rooms are purged is stored before any purge is submitted, so that all attempts name the same.
    private func begin(_ age: Int64, _ context: HandlerContext) async throws -> AllRoomsCheckpoint {
        if let checkpoint = context.checkpoint(as: AllRoomsCheckpoint.self) { return checkpoint }
        let checkpoint = AllRoomsCheckpoint(cutoff: max(0, Int64(settings.now(context).timeIntervalSince1970 * 1000) - age))
        try await context.save(checkpoint: checkpoint, progress: checkpoint.progress)
        return checkpoint
    }
}
