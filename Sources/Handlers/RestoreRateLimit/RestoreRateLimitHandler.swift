public import HomeserverClient
public import HomeserverTasks
public import Scheduler

/// Waits for the end of the attempt that lifted a limit, then puts the limit back if that attempt did not.
///
/// A task that waits for its next attempt, or that nobody can run, needs no lifted limit: each attempt lifts it for itself.
public struct RestoreRateLimitHandler: Handler {
    /// `restore_rate_limit`.
    public typealias HandledAction = RestoreRateLimit

    private let client: HomeserverClient
    private let settings: HandlerSettings
    private let desk: (any TaskDesk)?

    /// A handler that works on one homeserver.
    public init(client: HomeserverClient, desk: (any TaskDesk)?, settings: HandlerSettings = HandlerSettings()) {
        self.client = client
        self.desk = desk
        self.settings = settings
    }

    /// Checks that the homeserver answers and that the admin token is a server admin's.
    public func prepare() async throws { try await client.prepare() }

    /// Restores, or waits on.
    public func run(_ params: RestoreRateLimit.Params, in context: HandlerContext) async throws -> Outcome {
        if let desk, let id = TaskID(params.taskID), let task = try await desk.task(id), task.status == .active {
            return .snoozed(for: settings.waitForLiftedLimit, reason: "The task that lifted the limit is running.")
        }
        let client = client
        do {
            let now = try await settings.retrying { _ in try await client.rateLimitOverride(of: params.userID) }
            // Whoever set another limit meanwhile meant that one.
            guard now == RateLimitLift.lifted else { return try .complete(RestoreRateLimit.Result(restored: false)) }
            let before = params.messagesPerSecond.map { RateLimitOverride(messagesPerSecond: $0, burstCount: params.burstCount ?? 0) }
            try await settings.retrying { _ in try await client.setRateLimitOverride(before, of: params.userID) }
            return try .complete(RestoreRateLimit.Result(restored: true))
        } catch let error as HomeserverError where error.isNotFound {
            return try .complete(RestoreRateLimit.Result(restored: false))
        } catch let error as HomeserverError {
            return try await .passing(error, client, settings)
        }
    }
}
