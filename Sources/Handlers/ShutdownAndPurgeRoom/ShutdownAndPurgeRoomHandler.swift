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
    private let desk: (any TaskDesk)?
    private let settings: HandlerSettings

    /// A handler that works on one homeserver.
    ///
    /// - Parameter desk: where it looks at the task that submitted it
    public init(client: HomeserverClient, desk: (any TaskDesk)? = nil, settings: HandlerSettings = HandlerSettings()) {
        self.client = client
        self.desk = desk
        self.settings = settings
    }

    /// Checks that the homeserver answers and that the admin token is a server admin's.
    public func prepare() async throws { try await client.prepare() }

    /// Deletes; a cancelled task leaves the homeserver to finish what it has begun.
    public func run(_ params: ShutdownAndPurgeRoom.Params, in context: HandlerContext) async throws -> Outcome {
        guard let desk, let parent = params.parentTaskID.flatMap({ TaskID($0) }) else { return try await delete(params, context, nil) }
        let watch = ParentWatch(parent: parent, desk: desk, every: settings.lookAtParent)
        return try await watch.run { try await delete(params, context, watch) }
    }

    private func delete(
        _ params: ShutdownAndPurgeRoom.Params, _ context: HandlerContext, _ watch: ParentWatch?
    ) async throws -> Outcome {
        guard try await context.acquire(RoomKey.of(params.roomID)) else {
            return .snoozed(for: settings.waitForRooms, reason: "Another task holds the room.")
        }
        var delete = RoomDeletion(
            params: params, client: client, settings: settings, context: context,
            checkpoint: context.checkpoint(as: DeleteCheckpoint.self) ?? DeleteCheckpoint())
        do {
            return try await delete.run()
        } catch let error as StillRunning {
            return try await .passing(error, client, settings)
        } catch let error as HomeserverError where !error.isTransient && !error.isTokenRefused {
            return .failed(error: error.description, result: try JSONBytes(encoding: delete.checkpoint.result))
        } catch let error as HomeserverError where !Task.isCancelled {
            return try await .passing(error, client, settings)
        } catch {
            let isCancelled = if context.isCancelRequested { true } else { await watch?.isParentCancelled ?? false }
            guard isCancelled, Task.isCancelled else { throw error }
            return .cancelled(result: try JSONBytes(encoding: delete.checkpoint.result))
        }
    }
}
