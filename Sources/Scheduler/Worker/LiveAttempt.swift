import Foundation
import Postgres
import Synchronization

/// One running attempt: what its handler's context does, and who ends it.
///
/// However an attempt ends (the handler returns, is abandoned, or the process leaves), ``close()`` lets exactly one of them report it.
final class LiveAttempt: AttemptState {
    private struct State {
        var task: Task<Void, Never>?
        var reason: Verdict.StopReason?
        var isClosed = false
        var holdsKeys = false
        var unwritten: TaskProgress?
        var writtenAt: ContinuousClock.Instant?
    }

    let fence: AttemptFence
    let action: ActionName
    let failures: Int
    /// Whether the task holds a unique place, which its end gives back.
    let isKeyed: Bool
    let maxAttempts: Int
    let startedAt = ContinuousClock.now
    let initialCheckpoint: JSONBytes?
    let initialProgress: TaskProgress?

    private let client: PostgresClient
    private let limit: Int
    private let onClaimLost: @Sendable (LiveAttempt) -> Void
    private let state = Mutex(State())

    /// Counters are written at most this often.
    private static let progressInterval = Duration.milliseconds(500)

    init(
        claim: ClaimTasks.Row, action: ActionName, maxAttempts: Int, incarnation: UUID, client: PostgresClient, limit: Int,
        onClaimLost: @escaping @Sendable (LiveAttempt) -> Void
    ) {
        fence = AttemptFence(id: claim.id, attempt: claim.attempt, incarnation: incarnation)
        self.action = action
        failures = Int(claim.failures)
        isKeyed = claim.isKeyed
        self.maxAttempts = maxAttempts
        initialCheckpoint = claim.checkpoint.map { JSONBytes(utf8: $0) }
        initialProgress = claim.progressDone.map { TaskProgress(done: $0, total: claim.progressTotal, failed: claim.progressFailed ?? 0) }
        self.client = client
        self.limit = limit
        self.onClaimLost = onClaimLost
    }

    var id: TaskID { TaskID(rawValue: fence.id) }

    /// Starts the Swift task that runs the handler, unless the attempt was ended before.
    func start(_ run: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            guard !state.isClosed else { return }
            let task = Task { await run() }
            state.task = task
            if state.reason != nil { task.cancel() }
        }
    }

    /// Tells the handler to stop; the first reason stays, but a lost claim overrides every other.
    func stop(_ reason: Verdict.StopReason) {
        state.withLock { state in
            if state.reason == nil || reason == .claimLost { state.reason = reason }
            return state.task
        }?.cancel()
    }

    /// Why the handler was told to stop.
    var reason: Verdict.StopReason? { state.withLock { $0.reason } }

    /// True for the first caller only: that one says how the attempt ended.
    ///
    /// From here on the context writes nothing.
    func close() -> Bool {
        state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
    }

    /// Whether an exclusive key was ever taken, so that the end frees it.
    var holdsKeys: Bool { state.withLock { $0.holdsKeys } }

    var isCancelRequested: Bool { reason == .cancelRequested }

    /// Writes counters that were held back; best effort.
    func flush() async {
        guard let progress = state.withLock({ $0.unwritten.take() }) else { return }
        _ = try? await write(progress, checkpoint: nil)
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
        let answer = try await StoreFailure.wrapping("taking an exclusive key") {
            try await client.execute(AcquireKey(fence: fence, key: key)).first
        }
        guard let answer, answer.claimHeld else { throw lost() }
        return answer.taken
    }

    func release(_ key: String) async throws {
        try await StoreFailure.wrapping("giving an exclusive key back") {
            _ = try await client.execute(ReleaseKey(fence: fence, key: key))
        }
    }

    private func write(_ progress: TaskProgress?, checkpoint: JSONBytes?) async throws {
        try refuseClosed()
        let text = checkpoint.map { String(decoding: $0.utf8, as: UTF8.self) }
        let rows = try await StoreFailure.wrapping("saving progress") {
            try await client.execute(SaveProgress(fence: fence, progress: progress, checkpoint: text))
        }
        if rows.isEmpty { throw lost() }
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
