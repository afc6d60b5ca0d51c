public import Scheduler

/// What handlers ask of the scheduler beyond their own task.
public protocol TaskDesk: Sendable {
    /// Stores tasks: all or none.
    func submit(_ requests: [TaskRequest]) async throws -> [SubmittedTask]
    /// One task as it stands now.
    func task(_ id: TaskID) async throws -> TaskRecord?
    /// Cancels a task.
    func cancel(_ id: TaskID, requestedBy: String?) async throws -> CancelResult
}

extension TaskScheduler: TaskDesk {}
