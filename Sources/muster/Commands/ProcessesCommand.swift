import ArgumentParser
import Foundation
import Scheduler

/// `muster processes`: who runs, and what each can do.
struct ProcessesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "processes",
        abstract: "List the processes of the last day, their state and their handlers.",
        discussion: """
            EXAMPLES
              muster processes --config-path shared.yaml
              muster processes --live --json
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Only processes whose heartbeat is recent.")
    var live = false

    func run() async throws {
        let all = try await DatabaseSession.with(database) { try await $0.scheduler.processes() }
        let processes = live ? all.filter(\.isLive) : all
        if output.json { return try Printer.json(["processes": processes.map(ProcessOutput.init)]) }
        guard !processes.isEmpty else {
            return Printer.remark(live ? "No process is alive; start one with muster run." : "No process has registered in the last day.")
        }
        Printer.lines(Self.table(processes, now: Date()).lines(on: .output))
    }

    /// One process a row.
    static func table(_ processes: [ProcessRecord], now: Date) -> Table {
        Table(
            columns: [
                .init("PROCESS"), .init("STATE"), .init("ACTIVE", isRight: true), .init("HOST", shrinks: true), .init("PID", isRight: true),
                .init("VERSION"), .init("STARTED"), .init("HEARTBEAT"), .init("HANDLERS", shrinks: true),
            ],
            rows: processes.map { process in
                [
                    .init(process.instance), .init(state(process), process.isLive ? (process.state == .running ? .green : .yellow) : .dim),
                    .init("\(process.active)"), .init(process.host), .init("\(process.pid)"), .init(process.version),
                    .init(Moment.relative(process.startedAt, to: now)), .init(Moment.relative(process.beatAt, to: now)),
                    .init(
                        process.handlers.map { $0.ready ? $0.action.rawValue : "\($0.action) (not ready)" }.sorted().joined(separator: " ")),
                ]
            })
    }

    private static func state(_ process: ProcessRecord) -> String {
        let hasLeft = process.state == .stopped || process.state == .dead
        return process.isLive || hasLeft ? process.state.rawValue : "silent"
    }
}

/// A process as `--json` prints it.
struct ProcessOutput: Encodable, Sendable {
    var incarnation: String
    var instance: String
    var host: String
    var pid: Int
    var version: String
    var configDigest: String
    var state: ProcessState
    var live: Bool
    var active: Int
    var startedAt: Date
    var beatAt: Date
    var handlers: [Handler]

    /// An entry of the manifest.
    struct Handler: Encodable, Sendable {
        var action: ActionName
        var schemaDigest: String
        var ready: Bool
        var reason: String?

        enum CodingKeys: String, CodingKey {
            case action, ready, reason
            case schemaDigest = "schema_digest"
        }
    }

    enum CodingKeys: String, CodingKey {
        case incarnation, instance, host, pid, version, state, live, active, handlers
        case configDigest = "config_digest"
        case startedAt = "started_at"
        case beatAt = "beat_at"
    }

    /// A registered process.
    init(_ process: ProcessRecord) {
        incarnation = process.incarnation.uuidString.lowercased()
        instance = process.instance
        host = process.host
        pid = process.pid
        version = process.version
        configDigest = process.configDigest
        state = process.state
        live = process.isLive
        active = process.active
        startedAt = process.startedAt
        beatAt = process.beatAt
        handlers = process.handlers.map { Handler(action: $0.action, schemaDigest: $0.schemaDigest, ready: $0.ready, reason: $0.reason) }
    }
}
