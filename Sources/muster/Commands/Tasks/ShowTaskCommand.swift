import ArgumentParser
import Foundation
import Scheduler

/// `muster tasks show`: one task with its params, result and attempts.
struct ShowTaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one task: its state, params, result and attempts.",
        discussion: """
            Exits with 2 when there is no such task.

            EXAMPLES
              muster tasks show 1872139847123 --config-path shared.yaml
              muster tasks show 1872139847123 --json | jq .result
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The task's id.")
    var id: TaskID

    func run() async throws {
        let (task, attempts) = try await DatabaseSession.with(database) { session in
            guard let task = try await session.scheduler.task(id) else { throw CommandFailure.noTask(id) }
            return (task, try await session.scheduler.attempts(of: id))
        }
        if output.json { return try Printer.json(TaskOutput.full(task, attempts: attempts)) }
        let terminal = Terminal.output
        let now = Date()
        let rows = TaskTable.detail(task, now: now)
        let width = rows.map(\.name.count).max() ?? 0
        for row in rows {
            let style: Style = row.name == "status" ? task.status.style : .plain
            Printer.lines(DetailLines.make(row.name, width: width, row.value, style: style, on: terminal))
        }
        guard !attempts.isEmpty else { return }
        Printer.line()
        Printer.lines(TaskTable.attempts(attempts, now: now).lines(on: terminal))
    }
}

extension CommandFailure {
    /// There is no such task.
    static func noTask(_ id: TaskID) -> CommandFailure {
        CommandFailure(.notFound, "There is no task \(id): it never existed, or its retention has passed.")
    }
}
