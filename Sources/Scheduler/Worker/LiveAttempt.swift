import Foundation
import Logging
import Postgres
import Synchronization

/// One claimed attempt: what its handler's context does, and who ends it.
///
/// However an attempt ends (the handler returns, is abandoned, never began, or the process leaves), exactly one party is told by
/// ``close(abandoning:)`` or ``finish()`` that it is the one to report it.
final class LiveAttempt: AttemptState {
    private struct State {
        /// Where the handler runs.
        var lane: Lane?
        var startedAt: ContinuousClock.Instant?
        var reason: Verdict.StopReason?
        var isClosed = false
        var isAbandoned = false
        var isReported = false
        var holdsKeys = false
        var unwritten: TaskProgress?
        var writtenAt: ContinuousClock.Instant?
    }

    let claim: ClaimTasks.Row
    let fence: AttemptFence
    let work: RunnableAction
    let claimedAt: ContinuousClock.Instant

    private let client: PostgresClient
    private let clock: DatabaseClock
    private let limit: Int
    private let onClaimLost: @Sendable (LiveAttempt) -> Void
    private let state = Mutex(State())

    /// Counters are written at most this often.
    private static let progressInterval = Duration.milliseconds(500)

    init(
        claim: ClaimTasks.Row, work: RunnableAction, incarnation: UUID, claimedAt: ContinuousClock.Instant, client: PostgresClient,
        clock: DatabaseClock = DatabaseClock(), limit: Int, onClaimLost: @escaping @Sendable (LiveAttempt) -> Void
    ) {
        self.claim = claim
        fence = AttemptFence(id: claim.id, attempt: claim.attempt, incarnation: incarnation)
        self.work = work
        self.claimedAt = claimedAt
        self.client = client
        self.clock = clock
        self.limit = limit
        self.onClaimLost = onClaimLost
    }

    var id: TaskID { TaskID(rawValue: fence.id) }

    var action: ActionName { work.name }

    var crashes: Int { Int(claim.crashes) }

    var initialCheckpoint: JSONBytes? { claim.checkpoint.map { JSONBytes(utf8: $0) } }

    var initialProgress: TaskProgress? {
        claim.progressDone.map { TaskProgress(done: $0, total: claim.progressTotal, failed: claim.progressFailed ?? 0) }
    }

    func now() -> Date { clock.now() }

    /// Notes the lane on which the handler is about to run; false when the attempt was stopped or ended before, so that it may not begin.
    func begin(on lane: Lane) -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.reason == nil else { return false }
            state.lane = lane
            state.startedAt = .now
            return true
        }
    }

    /// Tells the handler to stop; the first reason stays, but a lost claim overrides every other.
    func stop(_ reason: Verdict.StopReason) {
        // Not cancelled under the lock: cancellation runs the handler's own code, which may ask for the reason. Whoever is cancelled so
        // late that its handler has returned finds the reason, and gives up the lane.
        state.withLock { state in
            if state.reason == nil || reason == .claimLost { state.reason = reason }
            return state.lane
        }?.cancel()
    }

    /// Why the handler was told to stop.
    var reason: Verdict.StopReason? { state.withLock { $0.reason } }

    /// When the handler began; for one that never did, when it was claimed.
    var beganAt: ContinuousClock.Instant { state.withLock { $0.startedAt } ?? claimedAt }

    /// What a lane learns when a handler has returned.
    struct Finish {
        /// Whether the lane is the one to report how the attempt ended.
        var reports: Bool
        var reason: Verdict.StopReason?
    }

    /// Takes the attempt off its lane, and closes it.
    func finish() -> Finish {
        state.withLock { state in
            defer { (state.isClosed, state.lane) = (true, nil) }
            return Finish(reports: !state.isClosed, reason: state.reason)
        }
    }

    /// True for the first caller only: that one says how the attempt ended.
    ///
    /// From here on the context writes nothing.
    func close(abandoning: Bool = false) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.isClosed = true
            state.isAbandoned = abandoning
            return true
        }
    }

    /// Whether the attempt was given up while its handler ran on.
    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    /// Whether somebody has been told to report the end.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Notes that the store is being told of the end: from here on a claim of the same attempt is a new one, for a task that went back.
    func report() { state.withLock { $0.isReported = true } }

    /// Whether the store has perhaps been told of the end.
    var isReported: Bool { state.withLock { $0.isReported } }

    /// Whether an exclusive key was ever taken, so that the end frees it.
    var holdsKeys: Bool { state.withLock { $0.holdsKeys } }

    /// Whether counters were held back.
    var hasUnwritten: Bool { state.withLock { $0.unwritten != nil } }

    func tagged(_ logger: Logger) -> Logger {
        var logger = logger
        logger[metadataKey: LogKey.taskID.rawValue] = "\(id)"
        logger[metadataKey: LogKey.action.rawValue] = "\(action)"
        logger[metadataKey: LogKey.attempt.rawValue] = "\(fence.attempt)"
        return logger
    }

    var isCancelRequested: Bool { reason == .cancelRequested }

    /// Writes counters that were held back, also those of an attempt that was told to stop; best effort.
    func flush() async {
        guard let progress = state.withLock({ $0.unwritten.take() }) else { return }
        _ = await Task { try await write(progress, checkpoint: nil) }.result
    }

    func report(_ progress: TaskProgress) async {
        let isDue = state.withLock { state in
            if let last = state.writtenAt, last.duration(to: .now) < Self.progressInterval {
                state.unwritten = progress
                return false
            }
            state.unwritten = nil
            state.writtenAt = .now
            return true
        }
        guard isDue else { return }
        do {
            try await write(progress, checkpoint: nil)
        } catch {
            // Counters are for people; the next write, or the last one, brings them up to date.
            state.withLock { $0.unwritten = progress }
        }
    }

    func save(checkpoint: JSONBytes, progress: TaskProgress?) async throws {
        guard checkpoint.utf8.count <= limit else {
            throw SchedulerError(
                .tooLarge, "The checkpoint has \(checkpoint.utf8.count) bytes, but at most \(limit) are kept.", field: "checkpoint")
        }
        let progress = state.withLock { state in
            state.writtenAt = .now
            let held = state.unwritten.take()
            return progress ?? held
        }
        try await write(progress, checkpoint: checkpoint)
    }

    func acquire(_ key: String) async throws -> Bool {
        try refuseClosed()
        state.withLock { $0.holdsKeys = true }
        let answer = try await own("taking an exclusive key") {
            try await client.execute(AcquireKey(fence: fence, key: key)).first
        }
        guard let answer, answer.claimHeld else { throw lost() }
        return answer.taken
    }

    func release(_ key: String) async throws {
        try await own("giving an exclusive key back") {
            _ = try await client.execute(ReleaseKey(fence: fence, key: key))
        }
    }

    private func write(_ progress: TaskProgress?, checkpoint: JSONBytes?) async throws {
        try refuseClosed()
        let text = checkpoint.map { String(decoding: $0.utf8, as: UTF8.self) }
        let rows = try await own("saving progress") {
            try await client.execute(SaveProgress(fence: fence, progress: progress, checkpoint: text))
        }
        if rows.isEmpty { throw lost() }
    }

    // What the database refuses of the handler's own values it refuses again and again: that ends the task.
    private func own<Result>(_ what: String, _ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch let error as PostgresError {
            let failure = StoreFailure.translate(error, while: what)
            if error.isValueRefused { throw FinalError(failure.message) }
            throw failure
        }
    }

    private func refuseClosed() throws {
        if state.withLock({ $0.isClosed }) || reason == .claimLost { throw Self.claimLost }
    }

    private func lost() -> SchedulerError {
        onClaimLost(self)
        return Self.claimLost
    }

    private static let claimLost = SchedulerError(.claimLost, "The attempt no longer holds its claim; nothing that it writes is accepted.")
}

extension Optional {
    /// The value, leaving nil behind.
    fileprivate mutating func take() -> Wrapped? {
        defer { self = nil }
        return self
    }
}
