public import HomeserverClient
public import HomeserverTasks
public import Scheduler

/// Submits a redact for each user and follows them, a few dozen at a time.
public struct RedactUsersHandler: Handler {
    /// `redact_users`.
    public typealias HandledAction = RedactUsers

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

    /// Looks at the children, submits further ones, and snoozes until all have ended.
    public func run(_ params: RedactUsers.Params, in context: HandlerContext) async throws -> Outcome {
        guard let desk else { throw FinalError("This process cannot submit tasks.") }
        let users = params.distinctUsers
        let children = ChildTasks(desk: desk, context: context)
        var checkpoint = context.checkpoint(as: BulkCheckpoint.self) ?? BulkCheckpoint()
        do {
            let ended = try await look(children, users, &checkpoint)
            try await submit(children, params, users, &checkpoint)
            checkpoint.quietLooks = ended ? 0 : checkpoint.quietLooks + 1
            try await context.save(checkpoint: checkpoint, progress: checkpoint.progress(of: users.count))
        } catch  where context.isCancelRequested && Task.isCancelled {
            return .cancelled(result: try JSONBytes(encoding: checkpoint.result(of: users.count)))
        }
        guard checkpoint.ended == users.count else {
            return .snoozed(for: settings.wait(afterQuietLooks: checkpoint.quietLooks), reason: "The tasks of the users run.")
        }
        return try .complete(checkpoint.result(of: users.count))
    }

    /// - Returns: whether any child has ended since the last look.
    private func look(_ children: ChildTasks, _ users: [String], _ checkpoint: inout BulkCheckpoint) async throws -> Bool {
        let before = checkpoint.ended
        for (place, id) in checkpoint.open {
            guard case .ended(let end) = try await children.look(TaskID(rawValue: id)) else { continue }
            checkpoint.count(end, of: users[place], at: place)
        }
        return checkpoint.ended > before
    }

    /// Those that had to wait for somebody else's redact of the same user come first.
    private func submit(
        _ children: ChildTasks, _ params: RedactUsers.Params, _ users: [String], _ checkpoint: inout BulkCheckpoint
    ) async throws {
        var places = checkpoint.held
        let room = max(0, settings.childrenAtOnce - checkpoint.open.count - places.count)
        places += checkpoint.next..<min(users.count, checkpoint.next + room)
        for place in places {
            try Task.checkCancellation()
            var one = params.redact
            one.userID = users[place]
            one.parentTaskID = children.context.taskID.description
            do {
                let id = try await children.submit(RedactAllEvents.self, one, name: users[place])
                checkpoint.submitted(id, at: place)
            } catch let error as SchedulerError where error.code == .invalidRequest || error.code == .tooLarge {
                // Would be refused at every attempt: one user must not stand in the way of the others.
                checkpoint.submitted(nil, at: place)
                checkpoint.refused(users[place], error.description, at: place)
            }
        }
    }
}

extension HandlerSettings {
    /// How long a parent waits before it looks at its children again: longer when nothing happens.
    func wait(afterQuietLooks looks: Int) -> Duration {
        var wait = waitForChildren
        for _ in 0..<min(looks, 20) where wait < longestWaitForChildren { wait = wait * 3 / 2 }
        return min(wait, longestWaitForChildren)
    }
}
