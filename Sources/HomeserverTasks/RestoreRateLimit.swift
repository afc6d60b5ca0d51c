public import Scheduler

/// Puts a user's rate limit back when the task that lifted it no longer runs.
///
/// Redacts submit it by themselves.
public enum RestoreRateLimit: Action {
    /// `restore_rate_limit`.
    public static let name: ActionName = "restore_rate_limit"
    /// For people.
    public static let summary = "Put a user's rate limit back when the task that lifted it no longer runs"
    /// Tried for days: the limit must not stay lifted.
    public static let defaults = ActionDefaults(retry: RetryPolicy(maxAttempts: 200))

    /// What was before, and who lifted it.
    public struct Params: Codable, Sendable, Hashable {
        /// Whose limit.
        public var userID: String
        /// What held before; nil with ``burstCount`` when the general limit did.
        public var messagesPerSecond: Int?
        /// The same.
        public var burstCount: Int?
        /// The task that lifted it.
        public var taskID: String

        /// What was before.
        public init(userID: String, messagesPerSecond: Int?, burstCount: Int?, taskID: String) {
            self.userID = userID
            self.messagesPerSecond = messagesPerSecond
            self.burstCount = burstCount
            self.taskID = taskID
        }

        enum CodingKeys: String, CodingKey {
            case userID = "user_id"
            case messagesPerSecond = "messages_per_second"
            case burstCount = "burst_count"
            case taskID = "task_id"
        }
    }

    /// What was done.
    public struct Result: Codable, Sendable, Hashable {
        /// Whether the limit was still lifted.
        public var restored: Bool

        /// A result.
        public init(restored: Bool) { self.restored = restored }
    }

    /// Checks the ids.
    public static func validate(_ params: Params) throws {
        try TextRules.check(user: params.userID, "user_id")
        try TextRules.check(task: params.taskID, "task_id")
    }

    /// The task is about whose limit.
    public static func resourceID(of params: Params) -> String? { params.userID }
}
