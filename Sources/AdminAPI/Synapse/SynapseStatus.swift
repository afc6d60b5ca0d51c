import Foundation
import Scheduler

/// How a task is shown to clients of Synapse, which know four words for its status; Muster's own stands beside it.
enum SynapseStatus {
    /// The words that a query may have: the fifth is Synapse's as well, but its endpoints never show it to anybody.
    static let words = ["scheduled", "active", "complete", "failed", "cancelled"]
    /// Synapse's text where nothing is known of a failure.
    static let unknownError = "Unknown error, please check the logs for more information."

    /// The word for a status.
    ///
    /// A parked task is scheduled: it waits, and goes on by itself. A cancelled one is failed: it has ended, and not well.
    static func word(_ status: TaskStatus) -> String {
        switch status {
        case .scheduled, .parked: "scheduled"
        case .active: "active"
        case .complete: "complete"
        case .failed, .cancelled: "failed"
        }
    }

    /// The statuses that are shown as this word; nil when there is no such word.
    static func statuses(_ word: String) -> [TaskStatus]? {
        words.contains(word) ? TaskStatus.allCases.filter { Self.word($0) == word } : nil
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

    /// The keys that Muster adds to every status: `muster_status`, which tells six apart, `attempt`, `progress` once there is some, `reason` while the task waits for something.
    static func additions(_ task: TaskRecord) -> [String: JSONValue] {
        var members: [String: JSONValue] = ["attempt": .count(task.attempt), "muster_status": .string(task.status.rawValue)]
        if let progress = task.progress { members["progress"] = TaskView.progress(progress) }
        if !task.status.isFinal, let reason = task.reason { members["reason"] = .string(reason) }
        return members
    }
}
