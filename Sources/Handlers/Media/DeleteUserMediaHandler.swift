public import HomeserverClient
public import HomeserverTasks
public import Scheduler

/// Deletes a user's media page by page, until the homeserver has no more.
public struct DeleteUserMediaHandler: Handler {
    /// `delete_user_media`.
    public typealias HandledAction = DeleteUserMedia

    private struct Checkpoint: Codable, Sendable {
        var deleted = 0
    }

    private let client: HomeserverClient
    private let settings: HandlerSettings

    /// A handler that works on one homeserver.
    public init(client: HomeserverClient, settings: HandlerSettings = HandlerSettings()) {
        self.client = client
        self.settings = settings
    }

    /// Checks that the homeserver answers and that the admin token is a server admin's.
    public func prepare() async throws { try await client.prepare() }

    /// Each page deletes what is there, so that a killed attempt leaves nothing to be told twice.
    public func run(_ params: DeleteUserMedia.Params, in context: HandlerContext) async throws -> Outcome {
        let (client, userID, page) = (client, params.userID, settings.mediaAtOnce)
        var checkpoint = context.checkpoint(as: Checkpoint.self) ?? Checkpoint()
        var total = checkpoint.deleted
        do {
            total += try await settings.retrying { _ in try await client.mediaCount(of: userID) }
            while true {
                try Task.checkCancellation()
                let deleted = try await settings.retrying { _ in try await client.deleteMedia(of: userID, limit: page) }
                checkpoint.deleted += deleted
                try await context.save(checkpoint: checkpoint, progress: Self.progress(checkpoint, of: total))
                if deleted == 0 { return try .complete(DeleteUserMedia.Result(deleted: checkpoint.deleted)) }
            }
        } catch  where context.isCancelRequested && Task.isCancelled {
            await context.reportLast(Self.progress(checkpoint, of: total))
            return .cancelled(result: try JSONBytes(encoding: DeleteUserMedia.Result(deleted: checkpoint.deleted)))
        } catch let error as HomeserverError {
            return try await .judged(error, client, settings)
        }
    }

    private static func progress(_ checkpoint: Checkpoint, of total: Int) -> TaskProgress {
        TaskProgress(done: Int64(checkpoint.deleted), total: Int64(max(total, checkpoint.deleted)))
    }
}
