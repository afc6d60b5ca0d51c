public import Logging

/// Writes every log line of the scheduler.
///
/// Messages are fixed phrases; data stands in metadata. What an operator must act on is `warning`, what happened to the process `info`
/// or `notice`, single tasks `debug`, but for those that end badly.
public struct LoggingSink: EventSink {
    private let logger: Logger
    private let paced = PacedLines()

    /// A sink that writes to this logger.
    public init(_ logger: Logger) { self.logger = logger }

    /// Writes one line.
    public func record(_ event: SchedulerEvent) {
        switch event {
        case .submitted(let action, let count, let parked):
            line(.debug, parked ? "tasks accepted and parked" : "tasks accepted", [.action: "\(action)", .count: "\(count)"])
        case .submissionRefused(let action, let processes):
            // A client, or a task of Muster's, may try again every few seconds.
            guard let untold = paced.untold(of: "submission of \(action)") else { return }
            line(
                .warning, "submission refused, no handler",
                [.action: "\(action)", .processes: "\(processes.joined(separator: ","))", .untold: "\(untold)"])
        case .undeclaredSubmission(let action, let submits):
            line(.warning, "handler submits what its action does not declare", [.action: "\(action)", .submits: "\(submits)"])
        case .claimed(let count, let seconds):
            line(.trace, "tasks claimed", [.count: "\(count)", .seconds: "\(seconds)"])
        case .attemptStarted(let id, let action, let attempt):
            line(.debug, "attempt started", task(id, action, attempt))
        case .attemptEnded(let id, let action, let attempt, let outcome, let seconds, let reason):
            let level: Logger.Level = outcome == "failed" ? .warning : outcome == "complete" || outcome == "snoozed" ? .debug : .info
            var data = task(id, action, attempt)
            (data[.outcome], data[.seconds]) = ("\(outcome)", "\(seconds)")
            if let reason { data[.reason] = "\(Self.inOneLine(reason))" }
            line(level, "attempt ended", data)
        case .dependencyUnavailable(let action, let reason):
            line(.warning, "tasks wait for something outside", [.action: "\(action)", .reason: "\(reason)"])
        case .claimLost(let id, let action, let attempt):
            line(.warning, "claim lost", task(id, action, attempt))
        case .attemptAbandoned(let id, let action, let attempt):
            line(.warning, "handler ignored cancellation, attempt abandoned", task(id, action, attempt))
        case .processJoined(let instance, let incarnation):
            line(.info, "process joined", [.instance: "\(instance)", .incarnation: "\(incarnation)"])
        case .processLeft(let instance, let incarnation):
            line(.info, "process left", [.instance: "\(instance)", .incarnation: "\(incarnation)"])
        case .processDied(let instance, let incarnation):
            line(.warning, "process declared dead", [.instance: "\(instance)", .incarnation: "\(incarnation)"])
        case .selfFenced(let instance, let incarnation):
            line(.error, "heartbeat could not be renewed, handlers stopped", [.instance: "\(instance)", .incarnation: "\(incarnation)"])
        case .reclaimed(let count, let quarantined):
            line(.warning, "tasks of dead processes taken back", [.count: "\(count)", .outcome: "\(quarantined) quarantined"])
        case .forgottenClaimsReleased(let count):
            line(.warning, "claims whose answer was lost given back", [.count: "\(count)"])
        case .released(let count):
            line(.info, "claims given back unused", [.count: "\(count)"])
        case .parked(let action, let count):
            line(.warning, "tasks parked, no live process may run them", [.action: "\(action)", .count: "\(count)"])
        case .unparked(let action, let count):
            line(.notice, "parked tasks go on", [.action: "\(action)", .count: "\(count)"])
        case .rollCalled(let findings):
            if findings.isEmpty { line(.notice, "roll call clean", [:]) }
            for text in Finding.lines(findings) { line(.warning, "roll call finding", [.finding: "\(text)"]) }
        case .swept(let count):
            line(.info, "finished tasks removed after their retention", [.count: "\(count)"])
        case .historyDropped(let partition, let kept):
            line(.info, "old history dropped", [.partition: "\(partition)", .count: "\(kept) kept"])
        case .vacuumed(let table, let dead):
            line(.info, "table vacuumed", [.table: "\(table)", .count: "\(dead) dead"])
        case .databaseTrouble(let doing, let reason):
            guard let untold = paced.untold(of: doing) else { return }
            line(.warning, "database trouble, trying again", [.doing: "\(doing)", .reason: "\(reason)", .untold: "\(untold)"])
        case .outcomeRefused(let id, let action, let reason):
            line(.error, "outcome could not be stored", [.taskID: "\(id)", .action: "\(action)", .reason: "\(reason)"])
        }
    }

    /// Writes one line each; what nobody wants to see is passed over quickly.
    public func record(_ events: [SchedulerEvent]) {
        let isQuiet = logger.logLevel > .debug
        for event in events {
            if isQuiet, case .attemptEnded(_, _, _, "complete", _, _) = event { continue }
            record(event)
        }
    }

    /// At most 1,000 bytes of a text, without line breaks.
    private static func inOneLine(_ text: String) -> String {
        Verdict.bounded(text.split(whereSeparator: \.isNewline).joined(separator: " "), 1000)
    }

    private func task(_ id: TaskID, _ action: ActionName, _ attempt: Int) -> [LogKey: Logger.MetadataValue] {
        [.taskID: "\(id)", .action: "\(action)", .attempt: "\(attempt)"]
    }

    private func line(_ level: Logger.Level, _ message: Logger.Message, _ data: @autoclosure () -> [LogKey: Logger.MetadataValue]) {
        guard logger.logLevel <= level else { return }
        logger.log(level: level, message, metadata: Logger.Metadata(uniqueKeysWithValues: data().map { ($0.key.rawValue, $0.value) }))
    }
}
