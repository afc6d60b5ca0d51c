import Foundation
import Scheduler

/// Tasks and attempts as `--json` prints them: the same keys as the native HTTP API, and every key always there.
enum TaskOutput {
    /// A task, with result and error.
    static func task(_ task: TaskRecord) -> JSONValue { .object(members(task)) }

    /// A task with its params and its ended tries.
    static func full(_ task: TaskRecord, attempts: [AttemptRecord]) -> JSONValue {
        var members = members(task)
        members["params"] = JSONValue(task.params)
        members["attempts"] = .array(attempts.map(attempt))
        return .object(members)
    }

    /// A page of a list.
    static func page(_ page: TaskPage) -> JSONValue {
        ["tasks": .array(page.tasks.map(task)), "next": .text(page.next?.description)]
    }

    private static func members(_ task: TaskRecord) -> [String: JSONValue] {
        [
            "id": .string(task.id.description), "action": .string(task.action.rawValue), "status": .string(task.status.rawValue),
            "resource_id": .text(task.resourceID), "priority": .integer(Int64(task.priority.rawValue)),
            "attempt": .integer(Int64(task.attempt)), "max_attempts": .integer(Int64(task.maxAttempts)),
            "failures": .integer(Int64(task.failures)), "crashes": .integer(Int64(task.crashes)),
            "interruptions": .integer(Int64(task.interruptions)), "run_at": .time(task.runAt), "created_at": .time(task.createdAt),
            "started_at": .time(task.startedAt), "finished_at": .time(task.finishedAt), "updated_at": .time(task.updatedAt),
            "requested_by": .text(task.requestedBy), "instance": .text(task.instance), "progress": progress(task.progress),
            "result": task.result.map { JSONValue($0) } ?? .null, "error": .text(task.error), "reason": .text(task.reason),
            "cancel_requested": .bool(task.cancelRequested),
        ]
    }

    private static func progress(_ progress: TaskProgress?) -> JSONValue {
        guard let progress else { return .null }
        var members: [String: JSONValue] = progress.parts.mapValues { ["done": .integer($0.done), "total": .integer($0.total)] }
        members["done"] = .integer(progress.done)
        members["total"] = progress.total.map { .integer($0) } ?? .null
        members["failed"] = .integer(progress.failed)
        return .object(members)
    }

    private static func attempt(_ attempt: AttemptRecord) -> JSONValue {
        [
            "attempt": .integer(Int64(attempt.attempt)), "instance": .text(attempt.instance), "started_at": .time(attempt.startedAt),
            "ended_at": .time(attempt.endedAt), "outcome": .string(attempt.outcome), "error": .text(attempt.error),
        ]
    }
}
