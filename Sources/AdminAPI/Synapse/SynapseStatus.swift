import Foundation
import Scheduler

/// How a task is shown to clients of Synapse, which know five words for its status.
enum SynapseStatus {
    /// The five words.
    static let words = ["scheduled", "active", "complete", "failed", "cancelled"]
    /// Synapse's text where nothing is known of a failure.
    static let unknownError = "Unknown error, please check the logs for more information."

    /// A parked task is shown as scheduled: it waits, and goes on by itself.
    static func word(_ status: TaskStatus) -> String { status == .parked ? TaskStatus.scheduled.rawValue : status.rawValue }

    /// The statuses that a word stands for; nil when it is none of the five.
    static func statuses(_ word: String) -> [TaskStatus]? {
        guard words.contains(word), let status = TaskStatus(rawValue: word) else { return nil }
        return status == .scheduled ? [.scheduled, .parked] : [status]
    }

    /// Synapse's one time of a task, in milliseconds since 1970.
    ///
    /// Not before this time, while the task waits for a later one; otherwise its last write.
    static func timestamp(_ task: TaskRecord) -> Int64 {
        let isWaiting = task.status == .scheduled || task.status == .parked
        let date = isWaiting ? max(task.runAt, task.updatedAt) : task.updatedAt
        return Int64((date.timeIntervalSince1970 * 1000).rounded(.down))
    }

    /// Why a task ended without success.
    static func failure(_ task: TaskRecord) -> String {
        task.error ?? (task.status == .cancelled ? "The task was cancelled." : unknownError)
    }

    /// The keys that Muster adds to every status: `attempt`, `progress` once there is some, `reason` while the task waits for something.
    static func additions(_ task: TaskRecord) -> [String: JSONValue] {
        var members: [String: JSONValue] = ["attempt": .count(task.attempt)]
        if let progress = task.progress { members["progress"] = TaskView.progress(progress) }
        if !task.status.isFinal, let reason = task.reason { members["reason"] = .string(reason) }
        return members
    }
}
