import Scheduler

/// A task as native JSON.
enum TaskView {
    /// What a list shows: everything of bounded size.
    static func summary(_ task: TaskRecord) -> [String: JSONValue] {
        [
            "id": .string(task.id.description), "action": .string(task.action.rawValue), "status": .string(task.status.rawValue),
            "resource_id": .text(task.resourceID), "priority": .integer(Int64(task.priority.rawValue)), "attempt": .count(task.attempt),
            "max_attempts": .count(task.maxAttempts), "failures": .count(task.failures), "crashes": .count(task.crashes),
            "interruptions": .count(task.interruptions), "run_at": ISOTime.value(task.runAt), "created_at": ISOTime.value(task.createdAt),
            "started_at": ISOTime.value(task.startedAt), "finished_at": ISOTime.value(task.finishedAt),
            "updated_at": ISOTime.value(task.updatedAt), "requested_by": .text(task.requestedBy), "instance": .text(task.instance),
            "progress": task.progress.map(progress) ?? .null, "error": .text(task.error), "reason": .text(task.reason),
            "cancel_requested": .bool(task.cancelRequested),
        ]
    }

    /// One task, with its result, and with its params for those who may see them (I11).
    static func full(_ task: TaskRecord, showsParams: Bool) -> JSONValue {
        var members = summary(task)
        members["result"] = .stored(task.result)
        if showsParams { members["params"] = .encoded(task.params) }
        return .object(members)
    }

    /// Counters for people.
    static func progress(_ progress: TaskProgress) -> JSONValue {
        var members: [String: JSONValue] = progress.parts.mapValues { ["done": .integer($0.done), "total": .integer($0.total)] }
        members["done"] = .integer(progress.done)
        members["total"] = progress.total.map { .integer($0) } ?? .null
        members["failed"] = .integer(progress.failed)
        return .object(members)
    }

    /// One ended try.
    static func attempt(_ attempt: AttemptRecord) -> JSONValue {
        [
            "attempt": .count(attempt.attempt), "instance": .text(attempt.instance), "started_at": ISOTime.value(attempt.startedAt),
            "ended_at": ISOTime.value(attempt.endedAt), "outcome": .string(attempt.outcome), "error": .text(attempt.error),
        ]
    }
}
