public import HomeserverClient
public import HomeserverTasks
public import Scheduler

/// Deactivates, and follows the homeserver as it takes the user out of one room after the other.
public struct DeactivateUserHandler: Handler {
    /// `deactivate_user`.
    public typealias HandledAction = DeactivateUser

    private struct Checkpoint: Codable, Sendable {
        var unbindResult: String
        /// Rooms that the user was in before.
        var rooms: Int
    }

    private let client: HomeserverClient
    private let desk: (any TaskDesk)?
    private let settings: HandlerSettings

    /// A handler that works on one homeserver.
    ///
    /// - Parameter desk: knows the task that submitted a deactivation; without it none is looked at
    public init(client: HomeserverClient, desk: (any TaskDesk)? = nil, settings: HandlerSettings = HandlerSettings()) {
        self.client = client
        self.desk = desk
        self.settings = settings
    }

    /// Checks that the homeserver answers and that the admin token is a server admin's.
    public func prepare() async throws { try await client.prepare() }

    /// Deactivates once more after a crash, which changes nothing; not at all when the task that submitted this one is cancelled.
    public func run(_ params: DeactivateUser.Params, in context: HandlerContext) async throws -> Outcome {
        guard let desk, let parent = params.parentTaskID.flatMap({ TaskID($0) }) else { return try await deactivate(params, context, nil) }
        let watch = ParentWatch(parent: parent, desk: desk, every: settings.lookAtParent)
        return try await watch.run { try await deactivate(params, context, watch) }
    }

    private func deactivate(_ params: DeactivateUser.Params, _ context: HandlerContext, _ watch: ParentWatch?) async throws -> Outcome {
        let client = client
        do {
            var checkpoint: Checkpoint
            if let stored = context.checkpoint(as: Checkpoint.self) {
                checkpoint = stored
            } else {
                let adminID = try await settings.retrying { _ in try await client.whoami(as: .admin).userID }
                try await AccountsElsewhere.refuse(client, adminID: adminID, settings)
                let rooms = try await joined(params.userID)
                // It cannot be taken back, so once more right before.
                if try await watch?.look() == true { return .cancelled() }
                checkpoint = Checkpoint(
                    unbindResult: try await settings.retrying { _ in try await client.deactivate(params.userID, erase: params.erase) },
                    rooms: rooms)
                try await context.save(checkpoint: checkpoint, progress: TaskProgress(done: 0, total: Int64(rooms)))
            }
            let left = try await follow(params.userID, of: checkpoint.rooms, context)
            return try .complete(DeactivateUser.Result(idServerUnbindResult: checkpoint.unbindResult, roomsLeftOver: left))
        } catch let error as HomeserverError {
            return try await .judged(error, client, settings)
        } catch is CancellationError {
            guard await watch?.isParentCancelled == true else { throw CancellationError() }
            return .cancelled()
        }
    }

    /// - Returns: how many rooms are left when none is, or when nothing has changed for long.
    private func follow(_ userID: String, of rooms: Int, _ context: HandlerContext) async throws -> Int {
        var (left, quietLooks, wait) = (try await joined(userID), 0, settings.pollFirst)
        while left > 0, quietLooks < settings.mostQuietLooks {
            try await settings.retrying.pause(wait)
            wait = RemoteWork.next(wait, longest: settings.pollLongest)
            let now = try await joined(userID)
            quietLooks = now < left ? 0 : quietLooks + 1
            left = now
            await context.report(TaskProgress(done: Int64(max(0, rooms - left)), total: Int64(max(rooms, left))))
        }
        return left
    }

    private func joined(_ userID: String) async throws -> Int {
        let client = client
        return try await settings.retrying { _ in try await client.joinedRooms(of: userID).count }
    }
}
