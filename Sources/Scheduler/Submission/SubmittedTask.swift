/// The answer to an accepted request; its row is committed (I1).
public struct SubmittedTask: Sendable, Hashable {
    /// How the request was met.
    public enum Kind: String, Sendable, Hashable {
        /// A new task was stored.
        case created
        /// An unfinished task of this action and `resource_id` is there already, and the action allows only one.
        case alreadyUnfinished = "already_unfinished"
        /// A task with the same idempotency key is there already.
        case sameRequest = "same_request"
    }

    /// The new task, or the one that was there.
    public var id: TaskID
    /// How the request was met.
    public var kind: Kind
    /// Whether it was accepted without a live process to run it.
    public var isParked: Bool
}

/// The answer to a cancellation.
public enum CancelResult: Sendable, Hashable {
    /// It had not begun; it is cancelled now.
    case cancelled
    /// It runs; its process has been told to stop it.
    case requested
    /// It had already ended.
    case alreadyFinal(TaskStatus)
    /// There is no such task.
    case notFound
}

/// The answer to a request to run a finished task again, or a waiting one at once.
public enum RetryResult: Sendable, Hashable {
    /// It is scheduled for now; its counters of failures and crashes begin again.
    case scheduled
    /// It runs already.
    case alreadyActive
    /// It is complete; a completed task is not undone (I8). Submit a new one.
    case alreadyComplete
    /// It is parked: it goes on by itself when a process that can run it appears.
    case parked
    /// Another unfinished task has the same action and `resource_id`.
    case blocked(by: TaskID)
    /// There is no such task.
    case notFound
}
