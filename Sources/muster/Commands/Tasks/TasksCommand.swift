import ArgumentParser

/// `muster tasks`: look at tasks and act on them.
struct TasksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "List, show, watch, submit, cancel and retry tasks.",
        discussion: """
            Without a subcommand it lists what is pending: scheduled, active and parked tasks.

            EXAMPLES
              muster tasks --config-path shared.yaml
              muster tasks show 1872139847123 --dsn "host=/run/postgresql dbname=muster"
              muster tasks submit purge_history --params @purge.json --watch
            """,
        subcommands: [
            ListTasksCommand.self, ShowTaskCommand.self, WatchTaskCommand.self, SubmitTaskCommand.self, CancelTasksCommand.self,
            RetryTasksCommand.self,
        ],
        defaultSubcommand: ListTasksCommand.self)
}
