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
    private let desk: (any TaskDesk)?
    private let settings: HandlerSettings

    /// Purges of one slice in a row that the homeserver may forget before an attempt gives up.
    private static let mostForgotten = 3
    private static let outside = "The time of day is outside the window."

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

    /// Purges slice by slice; stops between slices when cancelled, when its window closes, or when the task that submitted it is cancelled.
    public func run(_ params: PurgeHistory.Params, in context: HandlerContext) async throws -> Outcome {
        guard let desk, let parent = params.parentTaskID.flatMap({ TaskID($0) }) else { return try await purge(params, context, nil) }
        let watch = ParentWatch(parent: parent, desk: desk, every: settings.lookAtParent)
        return try await watch.run { try await purge(params, context, watch) }
    }

    private func purge(_ params: PurgeHistory.Params, _ context: HandlerContext, _ watch: ParentWatch?) async throws -> Outcome {
        let window = try params.window.map { try TimeWindow($0, timeZone: params.timeZone) }
        if let wait = window?.wait(at: settings.now(context)) { return .snoozed(for: wait, reason: Self.outside) }
        guard try await context.acquire(RoomKey.of(params.roomID)) else {
            return .snoozed(for: settings.waitForRooms, reason: "Another task holds the room.")
        }
        var checkpoint = context.checkpoint(as: PurgeCheckpoint.self) ?? PurgeCheckpoint()
        do {
            let planning = PurgePlanning(params: params, client: client, settings: settings, context: context)
            try await planning.plan(&checkpoint)
            while let slice = checkpoint.slices.first {
                try Task.checkCancellation()
                if let wait = window?.wait(at: settings.now(context)) { return .snoozed(for: wait, reason: Self.outside) }
                if let outcome = try await purge(slice, of: params, &checkpoint, context) { return outcome }
                let pause = params.pauseMs.map { Duration.milliseconds($0) } ?? settings.pauseBetweenSlices
                if checkpoint.slices.first != nil { try await settings.retrying.pause(pause) }
            }
            return try .complete(checkpoint.result)
        } catch let error as StillRunning {
            return try await .passing(error, client, settings)
        } catch let error as HomeserverError where !error.isTransient && !error.isTokenRefused {
            return .failed(error: error.description, result: try JSONBytes(encoding: checkpoint.result))
        } catch let error as HomeserverError where !Task.isCancelled {
            return try await .passing(error, client, settings)
        } catch {
            let isCancelled = if context.isCancelRequested { true } else { await watch?.isParentCancelled ?? false }
            guard isCancelled, Task.isCancelled else { throw error }
            await settle(&checkpoint, context)
            return .cancelled(result: try JSONBytes(encoding: checkpoint.result))
        }
    }

    /// Waits a little for the slice that the homeserver is at, which cannot be stopped, so that the result says what went.
    private func settle(_ checkpoint: inout PurgeCheckpoint, _ context: HandlerContext) async {
        guard let purgeID = checkpoint.purgeID, let slice = checkpoint.slices.first else { return }
        let (client, settings) = (client, settings)
        // Goes on although the attempt is cancelled, for so long.
        let watch = Task { () async throws -> RemoteTask? in
            while true {
                guard let status = try await client.purgeStatus(purgeID) else { return nil }
                if status.status.isFinished { return status }
                try await settings.retrying.pause(min(settings.pollLongest, .milliseconds(250)))
            }
        }
        let limit = watch.cancelled(after: settings.waitForCancelledSlice)
        let last = await watch.result
        limit.cancel()
        switch last {
        case .success(let status?) where status.status == .complete: checkpoint.finishSlice(wasEmpty: false)
        case .success(let status?) where status.status.isFinished: return
        default: checkpoint.result.underWay = slice.events
        }
        await context.reportLast(checkpoint.progress)
    }

    /// Purges one slice.
    ///
    /// - Returns: nil when it is done; else how the attempt ends.
    private func purge(
        _ slice: PurgeSlices.Slice, of params: PurgeHistory.Params, _ checkpoint: inout PurgeCheckpoint, _ context: HandlerContext
    ) async throws -> Outcome? {
        for _ in 0..<Self.mostForgotten {
            let purgeID: String
            if let stored = checkpoint.purgeID {
                purgeID = stored
            } else {
                guard let begun = try await start(slice, of: params) else {
                    try await finish(&checkpoint, wasEmpty: true, context)
                    return nil
                }
                purgeID = begun
                checkpoint.purgeID = begun
                try await context.save(checkpoint: checkpoint)
            }
            if let status = try await follow(purgeID) {
                guard status.status != .complete else {
                    try await finish(&checkpoint, wasEmpty: false, context)
                    return nil
                }
                return try await outcome(of: status, &checkpoint, context)
            }
            // Forgotten by the homeserver, as after a restore, so nobody knows what became of it. Doing it again does no harm.
            checkpoint.purgeID = nil
            checkpoint.result.forgotten += 1
            try await context.save(checkpoint: checkpoint)
            let history = RoomHistory(roomID: params.roomID, client: client, retrying: settings.retrying)
            if try await PurgeProof.look(at: slice, in: history) == .done {
                try await finish(&checkpoint, wasEmpty: false, context)
                return nil
            }
        }
        return .retry(
            after: nil,
            error: """
                The homeserver forgot \(Self.mostForgotten) purges in a row before they had ended, and the events are still there. \
                See whether its database was restored, or whether something deletes rows of its scheduled_tasks.
                """)
    }

    /// What a purge that did not complete means, with smaller slices from now on when this one was too much for the database.
    private func outcome(
        of status: RemoteTask, _ checkpoint: inout PurgeCheckpoint, _ context: HandlerContext
    ) async throws -> Outcome {
        checkpoint.purgeID = nil
        let isTooMuch = RemoteFailure.isStatementTimeout(status.error ?? "") && checkpoint.halveSlices(of: settings.sliceEvents)
        try await context.save(checkpoint: checkpoint)
        let outcome = try Self.outcome(of: status, result: checkpoint.result)
        guard isTooMuch, case .retry(let wait, let error) = outcome else { return outcome }
        return .retry(after: wait, error: error + " The next attempt takes slices of \(checkpoint.sliceEvents ?? 0) events.")
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
        try await context.save(checkpoint: checkpoint, progress: checkpoint.progress)
    }

    /// - Returns: nil when the bound is gone, which means that its slice is, or when nothing is older than the bound in time.
    private func start(_ slice: PurgeSlices.Slice, of params: PurgeHistory.Params) async throws -> String? {
        let (client, patience) = (client, settings.waitForCancelledSlice)
        do {
            return try await settings.retrying { _ in
                // Not cut short at once: what has begun without our knowing could not be told.
                let call = Task { () async throws -> String? in
                    if let eventID = slice.before {
                        return try await client.startPurge(of: params.roomID, before: eventID, deleteLocalEvents: params.deleteLocalEvents)
                    }
                    guard let ts = slice.upTo else { return nil }
                    return try await client.startPurge(of: params.roomID, receivedBefore: ts, deleteLocalEvents: params.deleteLocalEvents)
                }
                return try await withTaskCancellationHandler {
                    try await call.value
                } onCancel: {
                    _ = call.cancelled(after: patience)
                }
            }
        } catch let error as HomeserverError where error.isNotFound {
            return nil
        }
    }

    private func follow(_ purgeID: String) async throws -> RemoteTask? {
        let client = client
        return try await RemoteWork(settings: settings, part: 32).follow("a purge", isOver: \.status.isFinished) {
            try await client.purgeStatus(purgeID)
        }
    }
}

extension Task {
    /// Cancels the task when it has gone on for so long; to be cancelled when that is no longer wanted.
    fileprivate func cancelled(after wait: Duration) -> Task<Void, any Error> {
        Task<Void, any Error> {
            try await Task<Never, Never>.sleep(for: wait)
            cancel()
        }
    }
}
