import Foundation
import HomeserverClient
import HomeserverTasks
import Scheduler

/// A user's own rate limit as it was before a task lifted it.
struct LiftedLimit: Codable, Sendable, Equatable {
    /// nil when the general limit held.
    var before: RateLimitOverride?
}

/// Lifts the user's rate limit while the task redacts in the user's name, and puts it back.
///
/// The limit is lasting state of the homeserver. So before it is touched a second task is stored, whose only concern is to put it back when
/// this one has ended, however it ended. This one puts it back itself as soon as an attempt is over.
actor RateLimitLift {
    /// Plenty for one task, and still a limit for whoever spams meanwhile.
    static let lifted = RateLimitOverride(messagesPerSecond: 100, burstCount: 100)

    private let userID: String
    private let taskID: TaskID
    private let client: HomeserverClient
    private let retrying: RetryingCalls
    private let ledger: RedactLedger
    private let desk: any TaskDesk
    private let now: @Sendable () -> Date
    private var lifting: Task<Bool, any Error>?
    private var liftedAt: ContinuousClock.Instant?
    /// Whether this attempt has stored a keeper; that of an earlier one may have done its work between the two.
    private var hasKeeper = false

    /// - Parameter now: the database's time, by which the keeper waits
    init(
        userID: String, taskID: TaskID, client: HomeserverClient, retrying: RetryingCalls, ledger: RedactLedger, desk: any TaskDesk,
        now: @escaping @Sendable () -> Date
    ) {
        self.userID = userID
        self.taskID = taskID
        self.client = client
        self.retrying = retrying
        self.ledger = ledger
        self.desk = desk
        self.now = now
    }

    /// Lifts the limit; all who ask meanwhile wait for the same.
    ///
    /// - Returns: false when that was done a moment ago, so that it cannot be what is in the way, when nobody could put it back, or when another
    ///   task's lift still holds, whose keeper knows what was before.
    func lift() async throws -> Bool {
        if let lifting { return try await lifting.value }
        if let liftedAt, liftedAt.duration(to: .now) < .seconds(5) { return false }
        let lifting = Task { try await begin() }
        self.lifting = lifting
        defer { self.lifting = nil }
        do {
            guard try await lifting.value else { return false }
        } catch let error as SchedulerError where error.code == .noHandler || error.code == .unknownAction {
            return false
        }
        liftedAt = .now
        return true
    }

    /// - Returns: false when the limit is lifted already, and not by this task.
    private func begin() async throws -> Bool {
        let (client, userID) = (client, userID)
        let stored = await ledger.checkpoint.liftedLimit
        let before: RateLimitOverride?
        if let stored {
            before = stored.before
        } else {
            before = try await retrying { _ in try await client.rateLimitOverride(of: userID) }
            if before == Self.lifted { return false }
        }
        if !hasKeeper {
            let params = RestoreRateLimit.Params(
                userID: userID, messagesPerSecond: before?.messagesPerSecond, burstCount: before?.burstCount, taskID: taskID.description)
            _ = try await desk.submit([TaskRequest(RestoreRateLimit.self, params, runAt: now().addingTimeInterval(60))])
            hasKeeper = true
        }
        if stored == nil { try await ledger.store { $0.liftedLimit = LiftedLimit(before: before) } }
        try await retrying { _ in try await client.setRateLimitOverride(Self.lifted, of: userID) }
        return true
    }

    /// Puts the limit back, if this task has lifted it.
    func restore() async throws {
        guard let lifted = await ledger.checkpoint.liftedLimit else { return }
        let (client, userID) = (client, userID)
        try await retrying { _ in try await client.setRateLimitOverride(lifted.before, of: userID) }
        try await ledger.store { $0.liftedLimit = nil }
    }
}
