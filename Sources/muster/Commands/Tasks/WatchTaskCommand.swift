import ArgumentParser
import Foundation
import Scheduler

/// `muster tasks watch`: follow one task until it has ended.
struct WatchTaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow one task until it has ended.",
        discussion: """
            Shows a progress bar on a terminal and a line a change elsewhere; with --json one JSON object a change. Exits with 0 when the \
            task is complete, with 1 when it failed, was cancelled or the timeout passed, with 2 when there is no such task. A task that \
            is complete and could not do all, or may have left something, ends with a last line "not verified: …" on standard error \
            and with 1.

            EXAMPLES
              muster tasks watch 1872139847123 --config-path shared.yaml
              muster tasks watch 1872139847123 --timeout 10m
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The task's id.")
    var id: TaskID

    @Option(help: "How long to watch at most, such as 10m; for ever unless given.")
    var timeout: DurationArgument?

    func run() async throws {
        try await DatabaseSession.with(database) { session in
            try await TaskWatcher(scheduler: session.scheduler, json: output.json, timeout: timeout?.duration).watch(id)
        }
    }
}

/// Follows a task and shows every change.
struct TaskWatcher: Sendable {
    let scheduler: TaskScheduler
    let json: Bool
    var timeout: Duration?

    /// Returns when the task is complete, and nothing speaks against its effect.
    ///
    /// - Throws: ``CommandFailure`` when it ended otherwise, does not exist, or the timeout passed; ``NotVerified``;
    ///   ``OutputLost`` when nobody can see it.
    func watch(_ id: TaskID) async throws {
        let terminal = Terminal.output
        var lines = LiveLines(terminal: terminal)
        var lastChange: Date?
        let start = ContinuousClock.now
        guard var task = try await scheduler.task(id) else { throw CommandFailure.noTask(id) }
        while true {
            if json {
                if lastChange != task.updatedAt { try Printer.json(TaskOutput.task(task), isPretty: false) }
                lastChange = task.updatedAt
            } else if terminal.isTerminal || lastChange != task.updatedAt {
                lines.show([ProgressLine.make(task, now: Date(), terminal: terminal)])
                lastChange = task.updatedAt
            }
            try Printer.requireOutput()
            if task.status.isFinal { return try Self.judge(task) }
            if let timeout, ContinuousClock.now - start >= timeout {
                throw CommandFailure(.failed, "Task \(id) is still \(task.status.rawValue) after \(timeout); it goes on by itself.")
            }
            guard let next = try await scheduler.wait(for: id, timeout: .milliseconds(500)) else { throw CommandFailure.noTask(id) }
            task = next
        }
    }

    /// Turns the end of a task into the end of the command.
    static func judge(_ task: TaskRecord) throws {
        switch task.status {
        case .complete:
            TaskEffect.notes(on: task).forEach(Printer.remark)
            if let doubt = TaskEffect.doubt(about: task) { throw NotVerified(doubt: doubt) }
        case .cancelled: throw CommandFailure(.failed, "Task \(task.id) was cancelled.")
        default:
            let why = task.error.map { ": " + InertText.make($0) } ?? "."
            throw CommandFailure(.failed, "Task \(task.id) failed\(why)")
        }
    }
}

/// A task that is complete, and whose effect is in doubt: the last line of a command that watched it.
struct NotVerified: Error, Sendable, Equatable {
    let doubt: String

    var line: String { "not verified: " + doubt }
}
