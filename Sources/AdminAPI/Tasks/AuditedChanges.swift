import Scheduler

/// Changes to tasks that come in over HTTP, each with its line in the audit log.
struct AuditedChanges: Sendable {
    let scheduler: TaskScheduler

    /// Submits a task; only a new one is a change, and its line is committed with it.
    func submit(_ request: TaskRequest, for call: Call) async throws -> SubmittedTask {
        var request = request
        request.requestedBy = call.who
        return try await scheduler.submit(request, auditedFrom: call.origin)
    }

    /// Cancels a task, and its line is committed with that.
    func cancel(_ id: TaskID, for call: Call) async throws -> CancelResult {
        try await scheduler.cancel(id, requestedBy: call.who, auditedFrom: call.origin)
    }

    /// Runs a task again, and its line is committed with that.
    func retry(_ id: TaskID, for call: Call) async throws -> RetryResult {
        try await scheduler.retry(id, requestedBy: call.who, auditedFrom: call.origin)
    }
}
