public import Foundation

/// Everything that the scheduler has to tell, in one list; `docs/events.md` has what each means.
///
/// Code emits events; one sink writes every log line, one every metric. None carries params or results (I11); why an attempt ended is in the
/// handler's own words.
public enum SchedulerEvent: Sendable {
    /// Tasks were accepted.
    case submitted(action: ActionName, count: Int, parked: Bool)
    /// A submission was refused because no live process may run its action.
    case submissionRefused(action: ActionName, processes: [String])
    /// A handler submitted an action that its own action does not declare: the roll call cannot know that it needs it.
    case undeclaredSubmission(action: ActionName, submits: ActionName)
    /// A batch was claimed.
    case claimed(count: Int, seconds: Double)
    /// An attempt began.
    case attemptStarted(id: TaskID, action: ActionName, attempt: Int)
    /// An attempt ended, and the store knows; why, unless it is complete.
    case attemptEnded(id: TaskID, action: ActionName, attempt: Int, outcome: String, seconds: Double, reason: String? = nil)
    /// Attempts of an action cannot go on for want of something outside; told once a minute at most.
    case dependencyUnavailable(action: ActionName, reason: String)
    /// An attempt had lost its claim; nothing of it counts.
    case claimLost(id: TaskID, action: ActionName, attempt: Int)
    /// A handler did not stop when it was told to; its claim was given up, its writes are refused from now on.
    case attemptAbandoned(id: TaskID, action: ActionName, attempt: Int)
    /// A process registered itself.
    case processJoined(instance: String, incarnation: UUID)
    /// A process left by itself.
    case processLeft(instance: String, incarnation: UUID)
    /// A process was declared dead.
    case processDied(instance: String, incarnation: UUID)
    /// This process could not renew its heartbeat and stopped its handlers (I7).
    case selfFenced(instance: String, incarnation: UUID)
    /// Tasks of a dead process were taken back.
    case reclaimed(count: Int, quarantined: Int)
    /// Claims whose answer had been lost were given back.
    case forgottenClaimsReleased(count: Int)
    /// Claims were given back unused, at no cost to their tasks.
    case released(count: Int)
    /// Tasks were parked because no live process may run their action.
    case parked(action: ActionName, count: Int)
    /// Parked tasks go on.
    case unparked(action: ActionName, count: Int)
    /// The roll call's findings changed.
    case rollCalled(findings: [Finding])
    /// Finished tasks were removed after their retention.
    case swept(count: Int)
    /// A partition of the history was dropped; a few of its tasks were kept.
    case historyDropped(partition: String, kept: Int)
    /// A table of unfinished tasks was vacuumed because most of it was dead.
    case vacuumed(table: String, dead: Int)
    /// A piece of work on the database failed; it is tried again.
    case databaseTrouble(doing: String, reason: String)
    /// An outcome could not be stored as it was.
    case outcomeRefused(id: TaskID, action: ActionName, reason: String)
}

/// Where events go.
public protocol EventSink: Sendable {
    /// Takes one event; must not block.
    func record(_ event: SchedulerEvent)

    /// Takes many events at once, in order; must not block.
    func record(_ events: [SchedulerEvent])
}

extension EventSink {
    /// Takes them one by one.
    public func record(_ events: [SchedulerEvent]) {
        for event in events { record(event) }
    }
}

/// Gives every event to several sinks.
public struct EventFanOut: EventSink {
    private let sinks: [any EventSink]

    /// A sink of sinks.
    public init(_ sinks: [any EventSink]) { self.sinks = sinks }

    /// Passes the event on, in order.
    public func record(_ event: SchedulerEvent) {
        for sink in sinks { sink.record(event) }
    }

    /// Passes the events on, in order.
    public func record(_ events: [SchedulerEvent]) {
        for sink in sinks { sink.record(events) }
    }
}
