import Foundation
import Logging
import SchedulerTesting
import Synchronization
import Testing

@testable import Scheduler

/// `docs/events.md` and the events are the same list.
struct EventDocumentTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// One of each; the switch below makes the compiler ask for those that are added.
    private static let samples: [SchedulerEvent] = {
        let id = TaskID(rawValue: 7)
        let finding = Finding(kind: .missingHandler, action: "sweep", process: "main", problem: "None.", remedy: "Start it.")
        return [
            .submitted(action: "sweep", count: 1, parked: false), .submitted(action: "sweep", count: 1, parked: true),
            .submissionRefused(action: "sweep", processes: ["main"]), .claimed(count: 1, seconds: 1),
            .undeclaredSubmission(action: "sweep", submits: "notify"), .attemptStarted(id: id, action: "sweep", attempt: 1),
            .attemptEnded(id: id, action: "sweep", attempt: 1, outcome: "complete", seconds: 1),
            .attemptEnded(id: id, action: "sweep", attempt: 1, outcome: "failed", seconds: 1, reason: "gone"),
            .attemptEnded(id: id, action: "sweep", attempt: 1, outcome: "retry", seconds: 1, reason: "busy"),
            .attemptEnded(id: id, action: "sweep", attempt: 1, outcome: "snoozed", seconds: 1, reason: "later"),
            .dependencyUnavailable(action: "sweep", reason: "nobody answers"),
            .claimLost(id: id, action: "sweep", attempt: 1),
            .attemptAbandoned(id: id, action: "sweep", attempt: 1), .processJoined(instance: "main", incarnation: UUID()),
            .processLeft(instance: "main", incarnation: UUID()), .processDied(instance: "main", incarnation: UUID()),
            .selfFenced(instance: "main", incarnation: UUID()), .reclaimed(count: 1, quarantined: 0), .parked(action: "sweep", count: 1),
            .unparked(action: "sweep", count: 1), .rollCalled(findings: []), .rollCalled(findings: [finding]), .swept(count: 1),
            .historyDropped(partition: "p20260101", kept: 2), .vacuumed(table: "ready", dead: 100_000),
            .forgottenClaimsReleased(count: 1), .released(count: 1), .databaseTrouble(doing: "claiming", reason: "gone"),
            .outcomeRefused(id: id, action: "sweep", reason: "too long"),
        ]
    }()

    private static func name(_ event: SchedulerEvent) -> String {
        switch event {
        case .submitted: "submitted"
        case .submissionRefused: "submissionRefused"
        case .undeclaredSubmission: "undeclaredSubmission"
        case .claimed: "claimed"
        case .attemptStarted: "attemptStarted"
        case .attemptEnded: "attemptEnded"
        case .dependencyUnavailable: "dependencyUnavailable"
        case .claimLost: "claimLost"
        case .attemptAbandoned: "attemptAbandoned"
        case .processJoined: "processJoined"
        case .processLeft: "processLeft"
        case .processDied: "processDied"
        case .selfFenced: "selfFenced"
        case .reclaimed: "reclaimed"
        case .parked: "parked"
        case .unparked: "unparked"
        case .rollCalled: "rollCalled"
        case .swept: "swept"
        case .historyDropped: "historyDropped"
        case .vacuumed: "vacuumed"
        case .forgottenClaimsReleased: "forgottenClaimsReleased"
        case .released: "released"
        case .databaseTrouble: "databaseTrouble"
        case .outcomeRefused: "outcomeRefused"
        }
    }

    /// The table row that describes an event.
    private static func row(of event: String, in document: String) -> String? {
        document.split(separator: "\n").map(String.init).first { $0.hasPrefix("| `\(event)` |") }
    }

    @Test func `every event has a row, and every row an event`() throws {
        let document = try Self.text("docs/events.md")
        let described = document.matches(of: /(?m)^\| `([A-Za-z]+)` \|/).map { String($0.output.1) }
        #expect(Set(described) == Set(Self.samples.map(Self.name)))
        #expect(Set(described).count == described.count)
    }

    @Test(arguments: samples.indices)
    func `each log line is the documented one: message, level and keys`(index: Int) throws {
        let event = Self.samples[index]
        let row = try #require(Self.row(of: Self.name(event), in: try Self.text("docs/events.md")))
        let lines = LineCollector()
        LoggingSink(Logger(label: "test") { _ in lines }).record(event)
        let line = try #require(lines.all.first)
        #expect(lines.all.count == 1)
        #expect(row.contains("`\(line.message)`"))
        #expect(row.contains(line.level.rawValue))
        for key in line.keys { #expect(row.contains("`\(key)`"), "the row of \(Self.name(event)) lacks the key \(key)") }
    }

    @Test func `every metric is documented, and nothing else`() throws {
        let document = try Self.text("docs/events.md")
        let source = try Self.text("Sources/Scheduler/Events/MetricsSink.swift")
        let counted = Set(source.matches(of: /"(muster_[a-z_]+)"/).map { String($0.output.1) })
        let described = Set(document.matches(of: /`(muster_[a-z_]+)[`{]/).map { String($0.output.1) })
        #expect(counted == described)
    }

    @Test func `a line below the logger's level is not written`() {
        let lines = LineCollector(logLevel: .warning)
        LoggingSink(Logger(label: "test") { _ in lines }).record(.swept(count: 1))
        #expect(lines.all.isEmpty)
    }
}

/// Keeps what is logged.
private final class LineCollector: LogHandler {
    struct Line: Sendable {
        var level: Logger.Level
        var message: String
        var keys: [String]
    }

    private let lines = Mutex<[Line]>([])
    private let level: Logger.Level

    init(logLevel: Logger.Level = .trace) { level = logLevel }

    var all: [Line] { lines.withLock { $0 } }

    var logLevel: Logger.Level {
        get { level }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        lines.withLock {
            $0.append(Line(level: event.level, message: "\(event.message)", keys: (event.metadata ?? [:]).keys.sorted()))
        }
    }
}
