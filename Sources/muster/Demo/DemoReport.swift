import Foundation
import Scheduler

/// What a demo did: for people in words, for programs as JSON.
struct DemoReport: Sendable {
    /// The redact, as it ended.
    let redact: TaskRecord
    /// The purge, as it ended.
    let purge: TaskRecord
    /// What was asked for.
    let world: DemoWorld
    /// What the homeserver says.
    let verification: DemoVerification

    /// Whether both tasks are complete and the homeserver agrees.
    var isRight: Bool { redact.status == .complete && purge.status == .complete && verification.isRight(for: world) }

    /// What was done, in lines.
    func lines(on terminal: Terminal) -> [String] {
        var lines = [Style.bold.paint("What was done", colours: terminal.colours)]
        lines += [redact, purge].map { "  " + sentence($0) }
        lines += ["", Style.bold.paint("Read back from the homeserver", colours: terminal.colours)]
        lines += [
            "  spam redacted:      \(verification.redacted) of \(world.spamMessages) messages in \(world.spam.rooms.count) rooms",
            "  chat left alone:    \(verification.chat - verification.chatRedacted) of \(verification.chat) messages",
            "  old history purged: \(world.oldMessages - verification.oldLeft) of \(world.oldMessages) messages "
                + "(a purge keeps the last one before its bound)",
            "  newer history kept: \(verification.newLeft) of \(world.newMessages) messages",
        ]
        let verdict = isRight ? Style.green.paint("Verified: all as asked.", colours: terminal.colours) : problem(terminal)
        return lines + ["", verdict]
    }

    /// The same for programs.
    var json: JSONValue {
        [
            "sandbox": .bool(true), "ok": .bool(isRight), "tasks": .array([task(redact), task(purge)]),
            "verification": [
                "spam": .integer(Int64(verification.spam)), "redacted": .integer(Int64(verification.redacted)),
                "chat": .integer(Int64(verification.chat)), "chat_redacted": .integer(Int64(verification.chatRedacted)),
                "old_left": .integer(Int64(verification.oldLeft)), "new_left": .integer(Int64(verification.newLeft)),
            ],
        ]
    }

    private func problem(_ terminal: Terminal) -> String {
        Style.red.paint("NOT as asked: see the tasks' errors above.", colours: terminal.colours)
    }

    private func sentence(_ task: TaskRecord) -> String {
        let took = seconds(task).map { " in \(Moment.length($0))" } ?? ""
        let counters = task.progress.map { ", \(TaskTable.counters($0, unit: " events"))" } ?? ""
        let error = task.error.map { ": " + InertText.make($0) } ?? ""
        return "\(task.action): \(task.status.rawValue)\(took) on \(task.instance ?? "no process")\(counters)\(error)"
    }

    private func task(_ task: TaskRecord) -> JSONValue {
        [
            "id": .string(task.id.description), "action": .string(task.action.rawValue), "status": .string(task.status.rawValue),
            "instance": .text(task.instance), "seconds": seconds(task).map { .number(($0 * 1000).rounded() / 1000) } ?? .null,
            "result": task.result.map { JSONValue($0) } ?? .null, "error": .text(task.error),
        ]
    }

    private func seconds(_ task: TaskRecord) -> Double? { task.finishedAt.map { max(0, $0.timeIntervalSince(task.createdAt)) } }
}
