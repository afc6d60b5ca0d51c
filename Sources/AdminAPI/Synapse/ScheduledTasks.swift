import Foundation
import Scheduler

/// `GET /_synapse/admin/v1/scheduled_tasks`.
struct ScheduledTasks: Sendable {
    let scheduler: TaskScheduler
    let settings: AdminAPISettings

    /// Tasks by Synapse's filters, oldest time first.
    ///
    /// Synapse's list has no pages. When there are more tasks than are shown, the newest are, and `truncated` says so.
    @Sendable func list(_ call: Call) async throws -> Reply {
        let statuses = try Self.statuses(call.query)
        let until = try call.query.count("max_timestamp")
        var query = TaskQuery()
        query.action = call.query.first("action_name").flatMap { $0.isEmpty ? nil : ActionName(rawValue: $0) }
        query.resourceID = call.query.first("resource_id").flatMap { $0.isEmpty ? nil : $0 }
        query.statuses = statuses ?? []
        // One millisecond more than asked, because the store counts microseconds; the exact bound is applied to what is shown.
        query.updatedUntil = until.map { Date(timeIntervalSince1970: Double(min($0, Self.lastMillisecond) + 1) / 1000) }
        // Synapse's `cancelled` finds what is shown so: nothing.
        if statuses?.isEmpty == true || query.resourceID?.utf8.contains(0) == true { return Self.reply([], isTruncated: false) }
        let (tasks, isTruncated) = try await collect(query)
        let shown = tasks.map { (timestamp: SynapseStatus.timestamp($0), task: $0) }
            .filter { $0.timestamp <= until ?? .max }
            .sorted { ($0.timestamp, $0.task.id) < ($1.timestamp, $1.task.id) }
        return Self.reply(shown.map { Self.view($0.task, timestamp: $0.timestamp) }, isTruncated: isTruncated)
    }

    /// The end of the year 9999: PostgreSQL and Foundation both reach it.
    private static let lastMillisecond: Int64 = 253_402_300_799_999

    private func collect(_ query: TaskQuery) async throws -> (tasks: [TaskRecord], isTruncated: Bool) {
        var query = query
        query.limit = min(200, settings.maximumListedTasks)
        var tasks: [TaskRecord] = []
        var bytes = 0
        while true {
            let page: TaskPage
            do {
                page = try await scheduler.tasks(query)
            } catch let error as SchedulerError where error.code == .unknownAction {
                // Synapse lists nothing for an action that it does not know.
                return ([], false)
            }
            tasks += page.tasks
            guard let next = page.next else { return (tasks, false) }
            bytes += page.tasks.reduce(0) { $0 + ($1.result?.utf8.count ?? 0) + ($1.error?.utf8.count ?? 0) }
            guard tasks.count < settings.maximumListedTasks, bytes < settings.maximumListedBytes else { return (tasks, true) }
            query.after = next
        }
    }

    /// What the query asks for; nil means all.
    static func statuses(_ query: QueryItems) throws -> [TaskStatus]? {
        let key = query.all("status").isEmpty ? "job_status" : "status"
        guard !query.all(key).isEmpty else { return nil }
        return try query.all(key).flatMap { word in
            guard let statuses = SynapseStatus.statuses(word) else {
                throw APIError.invalid(
                    "Query parameter '\(key)' must be one of [\(SynapseStatus.words.map { "'\($0)'" }.joined(separator: ", "))]")
            }
            return statuses
        }
    }

    private static func view(_ task: TaskRecord, timestamp: Int64) -> JSONValue {
        var members = SynapseStatus.additions(task)
        members["id"] = .string(task.id.description)
        members["action"] = .string(task.action.rawValue)
        members["status"] = .string(SynapseStatus.word(task.status))
        members["timestamp_ms"] = .integer(timestamp)
        members["resource_id"] = .text(task.resourceID)
        members["result"] = .stored(task.result)
        members["error"] = .text(task.status == .cancelled ? SynapseStatus.failure(task) : task.error)
        return .object(members)
    }

    private static func reply(_ tasks: [JSONValue], isTruncated: Bool) -> Reply {
        var members: [String: JSONValue] = ["scheduled_tasks": .array(tasks)]
        if isTruncated { members["truncated"] = true }
        return Reply(.object(members))
    }
}
