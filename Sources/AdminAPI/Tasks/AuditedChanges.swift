import Logging
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

    /// Cancels a task.
    func cancel(_ id: TaskID, for call: Call) async throws -> CancelResult {
        let result = try await scheduler.cancel(id, requestedBy: call.who)
        if result == .cancelled || result == .requested { await record("cancel", id, action: nil, for: call) }
        return result
    }

    /// Runs a task again.
    func retry(_ id: TaskID, for call: Call) async throws -> RetryResult {
        let result = try await scheduler.retry(id)
        if result == .scheduled { await record("retry", id, action: nil, for: call) }
        return result
    }

    /// The change is committed by now, so a failure to write it down must not be told as a failure of the change; the log has it instead.
    private func record(_ verb: String, _ id: TaskID, action: ActionName?, for call: Call) async {
        let who = call.who ?? "unknown"
        let entry = AuditEntry(who: who, origin: call.origin, verb: verb, subject: id.description, action: action)
        do {
            try await scheduler.record(entry)
        } catch {
            call.logger.error(
                "a change could not be written to the audit log",
                metadata: [
                    "who": "\(who)", "origin": "\(call.origin)", "verb": "\(verb)", "task_id": "\(id)", "error_type": "\(type(of: error))",
                ])
        }
    }
}
