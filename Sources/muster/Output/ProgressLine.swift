import Foundation
import Scheduler

/// One task's progress in one line: a bar on a terminal, words elsewhere.
enum ProgressLine {
    /// The line; on a terminal never wider than it.
    static func make(_ task: TaskRecord, now: Date, terminal: Terminal) -> String {
        let name = InertText.make(task.action.rawValue)
        let status = InertText.make(
            task.status == .active || task.reason == nil ? task.status.rawValue : "\(task.status.rawValue) (\(task.reason ?? ""))")
        let counters = task.progress.map { TaskTable.counters($0) } ?? ""
        let time = elapsed(task, now: now).map(Moment.length) ?? ""
        guard terminal.isTerminal, let width = terminal.width else {
            return ["task \(task.id)", name, status, counters, time, task.instance.map { "on " + InertText.make($0) } ?? ""]
                .filter { !$0.isEmpty }.joined(separator: "  ")
        }
        let before = name + "  "
        let after = ["  " + status, counters, time].filter { !$0.isEmpty }.joined(separator: "  ")
        let room = width - 1 - DisplayWidth.of(before) - DisplayWidth.of(after)
        guard room >= 8 else { return DisplayWidth.truncate(before + after, to: width - 1) }
        let style: Style = task.status == .active ? .cyan : task.status.style
        return before + style.paint(bar(fraction(task), columns: min(room, 40)), colours: terminal.colours) + after
    }

    /// A bar of so many columns; without a share it is empty.
    static func bar(_ fraction: Double?, columns: Int) -> String {
        let inner = max(1, columns - 2)
        let full = Int((min(1, max(0, fraction ?? 0)) * Double(inner)).rounded(.down))
        return "[" + String(repeating: "#", count: full) + String(repeating: "-", count: inner - full) + "]"
    }

    private static func fraction(_ task: TaskRecord) -> Double? {
        task.status == .complete ? 1 : task.progress?.fraction
    }

    private static func elapsed(_ task: TaskRecord, now: Date) -> Double? {
        guard let started = task.startedAt else { return nil }
        return max(0, (task.finishedAt ?? now).timeIntervalSince(started))
    }
}
