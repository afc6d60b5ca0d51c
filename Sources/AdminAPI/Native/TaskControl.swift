import Scheduler

/// `POST /_muster/v1/tasks/{id}/cancel` and `…/retry`.
struct TaskControl: Sendable {
    let scheduler: TaskScheduler

    /// Cancels a task; one that is cancelled already stays so, which is no error.
    @Sendable func cancel(_ call: Call) async throws -> Reply {
        try call.query.allow(only: [])
        let id = try TaskReading.id(call)
        try await call.waitForEnd()
        switch try await AuditedChanges(scheduler: scheduler).cancel(id, for: call) {
        case .cancelled, .alreadyFinal(.cancelled): return Self.answer(id, "cancelled")
        case .requested: return Self.answer(id, "requested")
        case .alreadyFinal(let status):
            throw APIError.conflict("The task has already ended as \(status.rawValue).", members: ["status": .string(status.rawValue)])
        case .notFound: throw TaskReading.unknown(id)
        }
    }

    /// Runs a failed or cancelled task again, or a waiting one at once.
    @Sendable func retry(_ call: Call) async throws -> Reply {
        try call.query.allow(only: [])
        let id = try TaskReading.id(call)
        try await call.waitForEnd()
        switch try await AuditedChanges(scheduler: scheduler).retry(id, for: call) {
        case .scheduled: return Self.answer(id, "scheduled")
        case .alreadyActive: throw APIError.conflict("The task is running already.", members: ["status": "active"])
        case .alreadyComplete:
            throw APIError.conflict("The task is complete; submit a new one to do it again.", members: ["status": "complete"])
        case .parked:
            throw APIError.conflict(
                "The task is parked: it goes on by itself when a process that can run it appears.", members: ["status": "parked"])
        case .blocked(let other):
            throw APIError.conflict(
                "The unfinished task \(other) does the same for the same resource_id; wait for it or cancel it.",
                members: ["blocked_by": .string(other.description)])
        case .notFound: throw TaskReading.unknown(id)
        }
    }

    private static func answer(_ id: TaskID, _ result: String) -> Reply {
        Reply(["id": .string(id.description), "result": .string(result)])
    }
}
