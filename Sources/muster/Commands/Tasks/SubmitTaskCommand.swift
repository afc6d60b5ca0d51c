import ArgumentParser
import Foundation
import Scheduler

/// `muster tasks submit`: store one task.
struct SubmitTaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Submit a task; its row is committed when the id is printed.",
        discussion: """
            Prints the task's id. Exits with 3 when no live process may run the action and the configuration says reject. With --dsn the \
            routes are not known, so every live process that has a handler counts.

            EXAMPLES
              muster tasks submit purge_history --params @purge.json --watch
              muster tasks submit redact_all_events --params - --run-at 2h
              muster tasks submit redact_all_events \\
                --resource-id @spam:example.org \\
                --params '{"user_id": "@spam:example.org"}'
              muster tasks submit redact_users --users-file spammers.txt
              muster tasks submit delete_rooms --rooms-file spam-rooms.txt
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "What to do, such as redact_all_events.")
    var action: String

    @Option(
        help: ArgumentHelp(
            "The JSON object for the handler: the text itself, @ and a file's name, or - for standard input.", valueName: "json"))
    var params = "{}"

    @Option(help: ArgumentHelp("For redact_users: whose events, one user id a line; further keys in --params.", valueName: "file"))
    var usersFile: String?

    @Option(help: ArgumentHelp("For delete_rooms: which rooms, one room id a line; further keys in --params.", valueName: "file"))
    var roomsFile: String?

    @Option(help: "What the task is about, such as a room id or a user id.")
    var resourceId: String?

    @Option(help: "0 goes first, 9 last.")
    var priority: Int16 = 5

    @Option(help: ArgumentHelp("Not before this time: RFC 3339 with a zone, or a length of time from now such as 10m.", valueName: "time"))
    var runAt: MomentArgument?

    @Option(help: "Two submissions with one key make one task.")
    var idempotencyKey: String?

    @Flag(help: "Follow the task until it has ended.")
    var watch = false

    @OptionGroup var confirmation: Confirmation

    func validate() throws {
        try ActionArgument.check(action)
        guard usersFile == nil || action == "redact_users" else { throw ValidationError("--users-file is for redact_users only.") }
        guard roomsFile == nil || action == "delete_rooms" else { throw ValidationError("--rooms-file is for delete_rooms only.") }
        guard TaskPriority(rawValue: priority) != nil else { throw ValidationError("--priority must be 0 to 9.") }
    }

    /// What is asked of the scheduler, but for the time: that goes by the database's clock.
    func request() throws -> TaskRequest {
        var given = try ParamsArgument.read(params)
        if let usersFile { given = try ListFileArgument.users.add(usersFile, to: given) }
        if let roomsFile { given = try ListFileArgument.rooms.add(roomsFile, to: given) }
        return TaskRequest(
            action: ActionName(rawValue: action), params: given, resourceID: resourceId,
            priority: TaskPriority(rawValue: priority) ?? .normal, idempotencyKey: idempotencyKey, requestedBy: SystemUser.who)
    }

    func run() async throws {
        let request = try request()
        // Params that say nothing, or cannot be accepted, are told apart at the submission.
        let subject = try? buildCatalogue()[request.action]?.validate(request.params)
        if let question = Irreversible.question(request, about: subject) { try confirmation.ask(question) }
        try await DatabaseSession.with(database, needsRoutes: true) { session in
            var request = request
            if let runAt { request.runAt = runAt.date(from: try await session.scheduler.now()) }
            let submitted = try await session.scheduler.submit(request, auditedFrom: SystemUser.origin)
            if output.json {
                try Printer.json(SubmittedOutput(submitted), isPretty: !watch)
            } else {
                Printer.line(submitted.id.description)
                if let remark = Self.remark(submitted) { Printer.remark(remark) }
            }
            guard watch else { return }
            try await TaskWatcher(scheduler: session.scheduler, json: output.json).watch(submitted.id)
        }
    }

    private static func remark(_ submitted: SubmittedTask) -> String? {
        switch submitted.kind {
        case .alreadyUnfinished: "An unfinished task of this action and resource is there already; this is its id."
        case .sameRequest: "A task with this idempotency key is there already; this is its id."
        case .created:
            submitted.isParked ? "The task is parked: no live process may run it yet. It goes on by itself when one appears." : nil
        }
    }
}

/// An accepted submission as `--json` prints it.
struct SubmittedOutput: Encodable, Sendable {
    var id: TaskID
    var kind: String
    var parked: Bool

    /// The answer to a submission.
    init(_ submitted: SubmittedTask) {
        id = submitted.id
        kind = submitted.kind.rawValue
        parked = submitted.isParked
    }

    /// A task that was there before anything was submitted.
    init(existing task: TaskRecord) {
        id = task.id
        kind = SubmittedTask.Kind.alreadyUnfinished.rawValue
        parked = task.status == .parked
    }
}
