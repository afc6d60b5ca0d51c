import Foundation
import Scheduler

/// Tasks in a table, and one task in full, for people.
enum TaskTable {
    /// A list: one task a row.
    static func list(_ tasks: [TaskRecord], now: Date) -> Table {
        Table(
            columns: [
                .init("ID"), .init("ACTION", shrinks: true), .init("STATUS"), .init("RESOURCE", shrinks: true, dull: ["-"]),
                .init("PROGRESS", isRight: true, dull: ["-"]), .init("ATTEMPT", isRight: true, dull: ["0", "1"]),
                .init("PROCESS", shrinks: true, isMinor: true, dull: ["-"]), .init("WHEN"),
                .init("NOTE", shrinks: true, isMinor: true, dull: [""]),
            ],
            rows: tasks.map { task in
                [
                    .init(task.id.description), .init(task.action.rawValue), .init(task.status.rawValue, task.status.style),
                    .init(task.resourceID), .init(task.progress.map { counters($0) }), .init("\(task.attempt)"), .init(task.instance),
                    .init(when(task, now: now)), .init(note(task), .dim),
                ]
            })
    }

    /// The ended tries of a task.
    static func attempts(_ attempts: [AttemptRecord], now: Date) -> Table {
        Table(
            columns: [
                .init("ATTEMPT", isRight: true), .init("OUTCOME"), .init("PROCESS", shrinks: true), .init("ENDED"),
                .init("TOOK", isRight: true),
                .init("ERROR", shrinks: true),
            ],
            rows: attempts.map { attempt in
                [
                    .init("\(attempt.attempt)"), .init(attempt.outcome), .init(attempt.instance),
                    .init(Moment.relative(attempt.endedAt, to: now)),
                    .init(attempt.startedAt.map { Moment.length(attempt.endedAt.timeIntervalSince($0)) }), .init(attempt.error),
                ]
            })
    }

    /// Everything about one task but its attempts: a name and its value, in lines, a row.
    static func detail(_ task: TaskRecord, now: Date) -> [(name: String, value: [String])] {
        func time(_ date: Date?) -> String? { date.map { "\(Moment.iso($0)) (\(Moment.relative($0, to: now)))" } }
        let rows: [(String, String?)] = [
            ("id", task.id.description), ("action", task.action.rawValue), ("status", task.status.rawValue),
            ("reason", task.reason), ("cancel_requested", task.cancelRequested ? "yes" : nil), ("resource_id", task.resourceID),
            ("progress", task.progress.map { counters($0) }), ("process", task.instance), ("requested_by", task.requestedBy),
            ("priority", "\(task.priority.rawValue)"), ("attempt", "\(task.attempt)"),
            ("failures", "\(task.failures) of \(task.maxAttempts)"), ("crashes", task.crashes > 0 ? "\(task.crashes)" : nil),
            ("interruptions", task.interruptions > 0 ? "\(task.interruptions)" : nil), ("created_at", time(task.createdAt)),
            ("run_at", time(task.runAt)), ("started_at", time(task.startedAt)), ("finished_at", time(task.finishedAt)),
            ("error", task.error),
        ]
        return rows.compactMap { name, value in value.map { (name, [InertText.make($0)]) } }
            + [("params", JSONLines.make(task.params))] + (task.result.map { [("result", JSONLines.make($0))] } ?? [])
    }

    /// `186/300, 1 failed, 4/5 rooms`.
    ///
    /// - Parameter unit: what is counted, such as ` events`
    static func counters(_ progress: TaskProgress, unit: String = "") -> String {
        let total = progress.total.map { "/\($0)" } ?? ""
        let parts = progress.parts.sorted { $0.key < $1.key }.map { ", \($0.value.done)/\($0.value.total) \(InertText.make($0.key))" }
        return "\(progress.done)\(total)\(unit)" + (progress.failed > 0 ? ", \(progress.failed) failed" : "") + parts.joined()
    }

    private static func when(_ task: TaskRecord, now: Date) -> String {
        if let finished = task.finishedAt { return Moment.relative(finished, to: now) }
        if task.status == .active, let started = task.startedAt { return "since \(Moment.length(now.timeIntervalSince(started)))" }
        return task.runAt > now ? Moment.relative(task.runAt, to: now) : Moment.relative(task.createdAt, to: now)
    }

    private static func note(_ task: TaskRecord) -> String {
        if task.cancelRequested, !task.status.isFinal { return "cancelling" }
        return task.error ?? task.reason ?? TaskEffect.doubt(about: task).map { "not verified: " + $0 } ?? ""
    }
}

extension TaskStatus {
    /// How the status looks.
    var style: Style {
        switch self {
        case .scheduled: .plain
        case .active: .cyan
        case .parked: .yellow
        case .complete: .green
        case .failed: .red
        case .cancelled: .dim
        }
    }
}
