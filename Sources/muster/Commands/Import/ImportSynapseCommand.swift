import ArgumentParser
import Foundation
import Scheduler

/// `muster import synapse`: take over what is stuck in Synapse's own `scheduled_tasks`.
struct ImportSynapseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synapse",
        abstract: "Show the tasks that are stuck in Synapse's own database, and with --apply do them here.",
        discussion: """
            Stuck is an unfinished task whose action no release of Synapse knows, or to which nothing was written for --older-than. Synapse's \
            database is only read, in a read-only transaction: its own rows stay, and Synapse may still run them one day. A second import makes \
            no second task while the first one is kept (retention). Ends with 1 when something that has an equivalent could not be submitted, \
            and with 2 when a --task is not among the stuck.

            EXAMPLES
              muster import synapse --dsn "host=localhost dbname=synapse user=reader"
              muster import synapse --dsn service=synapse --older-than 12h --apply --config-path shared.yaml
              muster import synapse --dsn service=synapse --task abcdefghijklmnop --apply --config-path shared.yaml
            """)

    @Option(
        help: ArgumentHelp(
            "A libpq connection string of Synapse's database; MUSTER_SYNAPSE_DSN in the environment keeps passwords out of the process list.",
            valueName: "conninfo"))
    var dsn: String?

    @Option(help: ArgumentHelp("Without a write for this long a task counts as stuck.", valueName: "duration"))
    var olderThan = "1h"

    @Option(
        name: .customLong("task"), parsing: .singleValue,
        help: ArgumentHelp("Only this task of Synapse's; may be repeated.", valueName: "id"))
    var tasks: [String] = []

    @Flag(help: "Submit their equivalents here.")
    var apply = false

    @Option(
        name: .customLong("config-path"), parsing: .singleValue,
        help: ArgumentHelp("Muster's configuration, for --apply; several files are merged in order.", valueName: "file"))
    var configPaths: [String] = []

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard Moment.duration(olderThan) != nil else { throw ValidationError("--older-than takes a length of time such as 30m, 1h or 2d.") }
        guard apply == !configPaths.isEmpty else {
            throw ValidationError(apply ? "--apply needs --config-path, to know where to submit." : "--config-path is for --apply; add it.")
        }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment["MUSTER_SYNAPSE_DSN"].flatMap { $0.isEmpty ? nil : $0 }
        guard let dsn = dsn ?? environment else {
            throw CommandFailure(.usage, "Say where Synapse's database is: --dsn CONNINFO, or set MUSTER_SYNAPSE_DSN.")
        }
        let stuck = try await SynapseTasks.stuck(dsn: dsn, olderThan: Moment.duration(olderThan) ?? .seconds(3600), ids: Set(tasks))
        var rows = stuck.map(ImportRow.init)
        var trouble: SchedulerError?
        if apply, rows.contains(where: { $0.request != nil }) {
            if let question = Self.question(rows) { try confirmation.ask(question) }
            (rows, trouble) = try await DatabaseSession.with(.configuration(paths: configPaths), needsRoutes: true) { [rows] session in
                await Self.submit(rows, session)
            }
        }
        try show(rows)
        // What was submitted before the database went away has been shown.
        if let trouble { throw trouble }
        let missing = Set(tasks).subtracting(stuck.map(\.task.id)).sorted()
        guard missing.isEmpty else {
            throw CommandFailure(
                .notFound,
                "Not among the stuck tasks of Synapse: \(missing.joined(separator: ", ")). Such a task has ended, was written to within --older-than, or does not exist."
            )
        }
        if rows.contains(where: { $0.request != nil && $0.failure != nil }) { throw ExitStatus.failed.exitCode }
    }

    /// What the submissions destroy, as a sentence; nil when they destroy nothing.
    static func question(_ rows: [ImportRow]) -> String? {
        let requests = rows.compactMap(\.request).filter { Irreversible.question($0) != nil }
        guard !requests.isEmpty else { return nil }
        let kinds = Dictionary(grouping: requests, by: \.action).sorted { $0.key < $1.key }
        return "What these tasks do cannot be undone: \(kinds.map { "\($0.value.count) \($0.key)" }.joined(separator: ", "))."
    }

    private static func submit(_ rows: [ImportRow], _ session: DatabaseSession) async -> ([ImportRow], SchedulerError?) {
        var rows = rows
        for index in rows.indices {
            guard let request = rows[index].request else { continue }
            do {
                if let existing = try await unfinished(like: request, session) {
                    rows[index].submitted = SubmittedOutput(existing: existing)
                    continue
                }
                rows[index].submitted = SubmittedOutput(try await session.scheduler.submit(request, auditedFrom: SystemUser.origin))
            } catch {
                rows[index].failure = (error as? SchedulerError)?.message ?? "\(error)"
                if let error = error as? SchedulerError, [.databaseUnavailable, .databaseTimeout].contains(error.code) {
                    return (rows, error)
                }
            }
        }
        return (rows, nil)
    }

    /// A task here that does the same to the same.
    ///
    /// Muster's own purges and deletes are tasks of Synapse's too while they run; they would be imported as work of somebody else.
    private static func unfinished(like request: TaskRequest, _ session: DatabaseSession) async throws -> TaskRecord? {
        guard let resource = request.resourceID else { return nil }
        var query = TaskQuery()
        query.action = request.action
        query.resourceID = resource
        query.statuses = [.scheduled, .active, .parked]
        query.limit = 1
        return try await session.scheduler.tasks(query).tasks.first
    }

    private func show(_ rows: [ImportRow]) throws {
        if output.json { return try Printer.json(["tasks": rows]) }
        guard !rows.isEmpty else { return Printer.remark("Nothing is stuck in Synapse's scheduled_tasks.") }
        Printer.lines(ImportRow.table(rows).lines(on: .output))
        if !apply, rows.contains(where: { $0.request != nil }) {
            Printer.remark("Nothing was changed; --apply submits what has an action here.")
        }
    }
}
