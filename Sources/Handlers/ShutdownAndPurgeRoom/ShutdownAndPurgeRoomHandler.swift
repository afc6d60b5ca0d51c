public import HomeserverClient
public import HomeserverTasks
public import Scheduler

/// Has the homeserver shut a room down and purge it, and follows that to its end.
///
/// The homeserver goes on by itself after its own restart; a task that is killed adopts the delete that it asked for.
public struct ShutdownAndPurgeRoomHandler: Handler {
    /// `shutdown_and_purge_room`.
    public typealias HandledAction = ShutdownAndPurgeRoom

    private let client: HomeserverClient
    private let settings: HandlerSettings

    /// A handler that works on one homeserver.
    public init(client: HomeserverClient, settings: HandlerSettings = HandlerSettings()) {
        self.client = client
        self.settings = settings
    }

    /// Checks that the homeserver answers and that the admin token is a server admin's.
    public func prepare() async throws { try await client.requireAdmin() }

    /// Deletes; a cancelled task leaves the homeserver to finish what it has begun.
    public func run(_ params: ShutdownAndPurgeRoom.Params, in context: HandlerContext) async throws -> Outcome {
        guard try await context.acquire(RoomKey.of(params.roomID)) else {
            return .snoozed(for: settings.waitForRooms, reason: "Another task holds the room.")
        }
        var delete = RoomDeletion(
            params: params, client: client, settings: settings, context: context,
            checkpoint: context.checkpoint(as: DeleteCheckpoint.self) ?? DeleteCheckpoint())
        do {
            return try await delete.run()
        } catch let error as StillRunning {
            return .passing(error, settings)
        } catch  where context.isCancelRequested && Task.isCancelled {
            return .cancelled(result: try JSONBytes(encoding: delete.checkpoint.result))
        } catch let error as HomeserverError where !error.isTransient && error.status != 401 {
            return .failed(error: error.description, result: try JSONBytes(encoding: delete.checkpoint.result))
        } catch let error as HomeserverError {
            return .passing(error, settings)
        }
    }
}
