import ArgumentParser
import Scheduler

/// `muster tasks cancel`: stop tasks for good.
struct CancelTasksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel tasks: at once while they wait, by telling their process while they run.",
        discussion: """
            Exits with 2 when one does not exist, with 1 when one had already ended.

            EXAMPLES
              muster tasks cancel 1872139847123 1872139847124 --config-path shared.yaml
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The tasks' ids.")
    var ids: [TaskID]

    func run() async throws {
        try await TaskChange.perform(on: ids, database: database, json: output.json) { scheduler, id in
            TaskChange.Answer(try await scheduler.cancel(id, requestedBy: SystemUser.who, auditedFrom: SystemUser.origin))
        }
    }
}

/// `muster tasks retry`: run ended tasks again, or waiting ones at once.
struct RetryTasksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Run failed or cancelled tasks again, or waiting ones at once.",
        discussion: """
            The counters of failures and crashes begin again. A complete task is not undone: submit a new one. Exits with 2 when one does \
            not exist, with 1 when one could not be retried.

            EXAMPLES
              muster tasks retry 1872139847123 --config-path shared.yaml
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The tasks' ids.")
    var ids: [TaskID]

    func run() async throws {
        try await TaskChange.perform(on: ids, database: database, json: output.json) { scheduler, id in
            TaskChange.Answer(try await scheduler.retry(id, requestedBy: SystemUser.who, auditedFrom: SystemUser.origin))
        }
    }
}

/// The same change to several tasks, one after the other, each with its answer.
enum TaskChange {
    /// What became of one task.
    struct Answer: Sendable, Equatable {
        /// A stable word for programs.
        var result: String
        /// A sentence's end for people.
        var words: String
        /// What it means for the exit status.
        var status: ExitStatus
    }

    /// Changes each task and prints each answer; the exit status is that of the worst.
    static func perform(
        on ids: [TaskID], database: DatabaseOptions, json: Bool,
        change: @escaping @Sendable (TaskScheduler, TaskID) async throws -> Answer
    ) async throws {
        let answers = try await DatabaseSession.with(database, needsRoutes: true) { session in
            var answers: [(id: TaskID, answer: Answer)] = []
            for id in ids {
                let answer = try await change(session.scheduler, id)
                if !json { Printer.line("task \(id): \(answer.words)") }
                answers.append((id, answer))
            }
            return answers
        }
        if json { try Printer.json(answers.map { ["id": $0.id.description, "result": $0.answer.result] }) }
        let statuses = answers.map(\.answer.status)
        if let worst = [ExitStatus.notFound, .failed].first(where: statuses.contains) { throw worst.exitCode }
    }
}

extension TaskChange.Answer {
    /// What a cancellation came to.
    init(_ result: CancelResult) {
        switch result {
        case .cancelled: self.init(result: "cancelled", words: "cancelled", status: .ok)
        case .requested: self.init(result: "requested", words: "runs now; its process was told to stop it", status: .ok)
        case .alreadyFinal(let status):
            self.init(result: "already_final", words: "had already ended: \(status.rawValue)", status: .failed)
        case .notFound: self.init(result: "not_found", words: "there is no such task", status: .notFound)
        }
    }

    /// What a retry came to.
    init(_ result: RetryResult) {
        switch result {
        case .scheduled: self.init(result: "scheduled", words: "scheduled for now", status: .ok)
        case .alreadyActive: self.init(result: "already_active", words: "runs already", status: .ok)
        case .alreadyComplete:
            self.init(
                result: "already_complete", words: "is complete, which is not undone; submit a new task", status: .failed)
        case .parked:
            self.init(
                result: "parked", words: "is parked; it goes on by itself when a process that can run it appears", status: .ok)
        case .blocked(let other):
            self.init(
                result: "blocked", words: "task \(other) of the same action and resource is unfinished; wait for it or cancel it",
                status: .failed)
        case .notFound: self.init(result: "not_found", words: "there is no such task", status: .notFound)
        }
    }
}
