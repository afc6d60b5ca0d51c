import ArgumentParser
import Foundation
import Scheduler

/// `muster tasks list`: a page of tasks.
struct ListTasksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List tasks; pending ones unless told otherwise.",
        discussion: """
            EXAMPLES
              muster tasks list --config-path shared.yaml
              muster tasks list --status failed --action redact_all_events --limit 20
              muster tasks list --all --resource-id '!room:example.org' --json
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Option(parsing: .upToNextOption, help: "Only these statuses: scheduled, active, parked, complete, failed, cancelled.")
    var status: [TaskStatus] = []

    @Option(help: "Only this action.")
    var action: String?

    @Option(help: "Only tasks about this, such as a room id or a user id.")
    var resourceId: String?

    @Option(help: "How many at most, 1 to 1000.")
    var limit = 100

    @Option(help: "Only tasks older than this one: the next page after a list that ended with it.")
    var after: TaskID?

    @Flag(help: "Finished tasks too.")
    var all = false

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be 1 to 1000.") }
        guard !all || status.isEmpty else { throw ValidationError("Give either --all or --status, not both.") }
        if let action { try ActionArgument.check(action) }
    }

    /// What is asked of the scheduler.
    var query: TaskQuery {
        var query = TaskQuery()
        query.statuses = all ? [] : status.isEmpty ? TaskStatus.unfinished : status
        query.action = action.map(ActionName.init(rawValue:))
        query.resourceID = resourceId
        query.after = after
        query.limit = limit
        return query
    }

    func run() async throws {
        let page = try await DatabaseSession.with(database) { try await $0.scheduler.tasks(query) }
        if output.json { return try Printer.json(TaskOutput.page(page)) }
        guard !page.tasks.isEmpty else {
            return Printer.remark(all || !status.isEmpty ? "No task matches." : "Nothing is pending.")
        }
        Printer.lines(TaskTable.list(page.tasks, now: Date()).lines(on: .output))
        if let next = page.next { Printer.remark("There are more: --after \(next)") }
    }
}

/// The name of an action on the command line.
enum ActionArgument {
    /// Refuses what cannot be an action's name.
    static func check(_ name: String) throws {
        guard ActionName(rawValue: name).isValid else {
            throw ValidationError("'\(InertText.make(name))' is no action name: it has lower-case letters, digits, '_', '.' and '-'.")
        }
    }
}
