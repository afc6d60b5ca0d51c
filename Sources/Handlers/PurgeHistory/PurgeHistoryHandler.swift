public import HomeserverClient
public import HomeserverTasks
public import Scheduler

/// Purges a room's history in slices, oldest first, each a purge of the homeserver.
///
/// A slice is one short transaction of the homeserver instead of one long one for all. Its id is stored before it is looked at, so that a
/// next attempt goes on following it; a slice that is repeated finds nothing and is no harm.
public struct PurgeHistoryHandler: Handler {
    /// `purge_history`.
    public typealias HandledAction = PurgeHistory

    private let client: HomeserverClient
    private let settings: HandlerSettings

    /// A handler that works on one homeserver.
    public init(client: HomeserverClient, settings: HandlerSettings = HandlerSettings()) {
        self.client = client
        self.settings = settings
    }

    /// Checks that the homeserver answers and that the admin token is a server admin's.
    public func prepare() async throws { try await client.requireAdmin() }

    /// Purges slice by slice; stops between slices when cancelled.
    public func run(_ params: PurgeHistory.Params, in context: HandlerContext) async throws -> Outcome {
        guard try await context.acquire(RoomKey.of(params.roomID)) else {
            return .snoozed(for: settings.waitForRooms, reason: "Another task holds the room.")
        }
        var checkpoint = context.checkpoint(as: PurgeCheckpoint.self) ?? PurgeCheckpoint()
        do {
            let planning = PurgePlanning(params: params, client: client, settings: settings, context: context)
            try await planning.plan(&checkpoint)
            while let slice = checkpoint.slices.first {
                try Task.checkCancellation()
                if let outcome = try await purge(slice, of: params, &checkpoint, context) { return outcome }
                if checkpoint.slices.first != nil { try await settings.retrying.pause(settings.pauseBetweenSlices) }
            }
            return try .complete(checkpoint.result)
        } catch let error as StillRunning {
            return .passing(error, settings)
        } catch  where context.isCancelRequested && Task.isCancelled {
            return .cancelled(result: try JSONBytes(encoding: checkpoint.result))
        } catch let error as HomeserverError where !error.isTransient && error.status != 401 {
            return .failed(error: error.description, result: try JSONBytes(encoding: checkpoint.result))
        } catch let error as HomeserverError {
            return .passing(error, settings)
        }
    }

    /// Purges one slice.
    ///
    /// - Returns: nil when it is done; else how the attempt ends.
    private func purge(
        _ slice: PurgeSlices.Slice, of params: PurgeHistory.Params, _ checkpoint: inout PurgeCheckpoint, _ context: HandlerContext
    ) async throws -> Outcome? {
        var status: RemoteTask?
        if let stored = checkpoint.purgeID { status = try await follow(stored) }
        if status == nil {
            // Not begun, or forgotten by the homeserver: doing it again does no harm.
            guard let purgeID = try await start(slice, of: params) else {
                try await finish(&checkpoint, wasEmpty: true, context)
                return nil
            }
            checkpoint.purgeID = purgeID
            try await context.save(checkpoint: checkpoint)
            status = try await follow(purgeID)
        }
        guard let status, status.status != .complete else {
            try await finish(&checkpoint, wasEmpty: false, context)
            return nil
        }
        checkpoint.purgeID = nil
        try await context.save(checkpoint: checkpoint)
        return try Self.outcome(of: status, result: checkpoint.result)
    }

    /// What a purge that did not complete means for the task.
    static func outcome(of status: RemoteTask, result: PurgeHistory.Result) throws -> Outcome {
        let text = status.error ?? "no reason given"
        let error = "The homeserver's purge ended as \(status.status.rawValue): \(text)"
        if RemoteFailure.isWaitingForTraffic(text) {
            return .snoozed(for: .seconds(900), reason: error + " It helps when somebody sends a message in the room.")
        }
        if RemoteFailure.mayPassLater(text) || status.status == .cancelled { return .retry(after: nil, error: error) }
        return .failed(error: error, result: try JSONBytes(encoding: result))
    }

    private func finish(_ checkpoint: inout PurgeCheckpoint, wasEmpty: Bool, _ context: HandlerContext) async throws {
        checkpoint.finishSlice(wasEmpty: wasEmpty)
        let done = Int64(checkpoint.eventsDone)
        try await context.save(
            checkpoint: checkpoint, progress: TaskProgress(done: done, total: done + Int64(checkpoint.slices.events)))
    }

    /// - Returns: nil when the bound is gone, which means that its slice is, or when nothing is older than the bound in time.
    private func start(_ slice: PurgeSlices.Slice, of params: PurgeHistory.Params) async throws -> String? {
        let client = client
        do {
            return try await settings.retrying { _ in
                if let eventID = slice.before {
                    return try await client.startPurge(of: params.roomID, before: eventID, deleteLocalEvents: params.deleteLocalEvents)
                }
                guard let ts = params.purgeUpToTs else { return nil }
                return try await client.startPurge(of: params.roomID, receivedBefore: ts, deleteLocalEvents: params.deleteLocalEvents)
            }
        } catch let error as HomeserverError where error.isNotFound {
            return nil
        }
    }

    private func follow(_ purgeID: String) async throws -> RemoteTask? {
        let client = client
        return try await RemoteWork(settings: settings).follow("a purge", isOver: \.status.isFinished) {
            try await client.purgeStatus(purgeID)
        }
    }
}
