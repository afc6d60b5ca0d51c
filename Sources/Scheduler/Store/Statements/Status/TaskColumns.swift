import Foundation
import Postgres

/// The columns of `muster.task_status` in one order, and how they become a ``TaskRecord``.
enum TaskColumns {
    static let list = """
        s.id, s.action, s.status, s.resource_id, pg_catalog.convert_to(s.params, 'UTF8'), s.priority, s.attempt, s.max_attempts, s.failures, s.crashes,
            s.interruptions, s.run_at, s.created_at, s.started_at, s.finished_at, s.updated_at, s.requested_by, s.instance, s.progress_done,
            s.progress_total, s.progress_failed, pg_catalog.convert_to(s.result, 'UTF8'), s.error, coalesce(s.reason || ': ' || s.note, s.reason), s.cancel_requested
        """

    static func decode(_ row: inout RowReader) throws -> TaskRecord {
        let id: Int64 = try row.next()
        let action: String = try row.next()
        let status: String = try row.next()
        let resourceID: String? = try row.next()
        let params: [UInt8] = try row.next()
        let priority: Int16 = try row.next()
        let attempt: Int16 = try row.next()
        let maxAttempts: Int32 = try row.next()
        let failures: Int16 = try row.next()
        let crashes: Int16 = try row.next()
        let interruptions: Int16 = try row.next()
        let runAt: Date = try row.next()
        let createdAt: Date = try row.next()
        let startedAt: Date? = try row.next()
        let finishedAt: Date? = try row.next()
        let updatedAt: Date = try row.next()
        let requestedBy: String? = try row.next()
        let instance: String? = try row.next()
        let done: Int64? = try row.next()
        let total: Int64? = try row.next()
        let failed: Int64? = try row.next()
        let result: [UInt8]? = try row.next()
        let error: String? = try row.next()
        let reason: String? = try row.next()
        let cancelRequested: Bool = try row.next()
        return TaskRecord(
            id: TaskID(rawValue: id), action: ActionName(rawValue: action), status: TaskStatus(rawValue: status) ?? .active,
            resourceID: resourceID, params: JSONBytes(utf8: params), priority: TaskPriority(rawValue: priority) ?? .normal,
            attempt: Int(attempt), maxAttempts: Int(maxAttempts), failures: Int(failures), crashes: Int(crashes),
            interruptions: Int(interruptions), runAt: runAt, createdAt: createdAt, startedAt: startedAt, finishedAt: finishedAt,
            updatedAt: updatedAt, requestedBy: requestedBy, instance: instance,
            progress: done.map { TaskProgress(done: $0, total: total, failed: failed ?? 0) },
            result: result.map { JSONBytes(utf8: $0) }, error: error, reason: reason, cancelRequested: cancelRequested)
    }
}
