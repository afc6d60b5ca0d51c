import Foundation
import Scheduler

/// A task as `--json` prints it; the same keys as `GET /_muster/v1/tasks/<id>`.
struct TaskOutput: Encodable, Sendable {
    var id: TaskID
    var action: ActionName
    var status: TaskStatus
    var resourceID: String?
    var params: JSONValue?
    var priority: Int16
    var attempt: Int
    var maxAttempts: Int
    var failures: Int
    var crashes: Int
    var interruptions: Int
    var runAt: Date
    var createdAt: Date
    var startedAt: Date?
    var finishedAt: Date?
    var updatedAt: Date
    var requestedBy: String?
    var instance: String?
    var progress: TaskProgress?
    var result: JSONValue?
    var error: String?
    var reason: String?
    var cancelRequested: Bool
    var attempts: [AttemptOutput]?

    enum CodingKeys: String, CodingKey {
        case id, action, status, params, priority, attempt, failures, crashes, interruptions, instance, progress, result, error, reason,
            attempts
        case resourceID = "resource_id"
        case maxAttempts = "max_attempts"
        case runAt = "run_at"
        case createdAt = "created_at"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case updatedAt = "updated_at"
        case requestedBy = "requested_by"
        case cancelRequested = "cancel_requested"
    }

    /// A task, with params and attempts where they were asked for.
    init(_ task: TaskRecord, withParams: Bool = false, attempts: [AttemptRecord]? = nil) {
        id = task.id
        action = task.action
        status = task.status
        resourceID = task.resourceID
        params = withParams ? JSONValue(task.params) : nil
        priority = task.priority.rawValue
        attempt = task.attempt
        maxAttempts = task.maxAttempts
        failures = task.failures
        crashes = task.crashes
        interruptions = task.interruptions
        runAt = task.runAt
        createdAt = task.createdAt
        startedAt = task.startedAt
        finishedAt = task.finishedAt
        updatedAt = task.updatedAt
        requestedBy = task.requestedBy
        instance = task.instance
        progress = task.progress
        result = task.result.map { JSONValue($0) }
        error = task.error
        reason = task.reason
        cancelRequested = task.cancelRequested
        self.attempts = attempts?.map(AttemptOutput.init)
    }
}

/// An ended try as `--json` prints it.
struct AttemptOutput: Encodable, Sendable {
    var attempt: Int
    var instance: String?
    var startedAt: Date?
    var endedAt: Date
    var outcome: String
    var error: String?

    enum CodingKeys: String, CodingKey {
        case attempt, instance, outcome, error
        case startedAt = "started_at"
        case endedAt = "ended_at"
    }

    /// An ended try.
    init(_ record: AttemptRecord) {
        attempt = record.attempt
        instance = record.instance
        startedAt = record.startedAt
        endedAt = record.endedAt
        outcome = record.outcome
        error = record.error
    }
}
