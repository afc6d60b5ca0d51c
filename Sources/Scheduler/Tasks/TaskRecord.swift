public import Foundation

/// A task as it is stored, finished or not.
public struct TaskRecord: Sendable {
    /// The task's identity.
    public var id: TaskID
    /// What it does.
    public var action: ActionName
    /// Where it stands.
    public var status: TaskStatus
    /// What it is about.
    public var resourceID: String?
    /// The JSON object for the handler; shown only to those who may see it.
    public var params: JSONBytes
    /// Which due tasks go first.
    public var priority: TaskPriority
    /// Tries begun so far, the running one included; released and parked ones are not counted.
    public var attempt: Int
    /// How many failures are allowed.
    public var maxAttempts: Int
    /// Attempts that ended in an error.
    public var failures: Int
    /// Attempts that ended with the death of their process.
    public var crashes: Int
    /// Attempts given back at a shutdown.
    public var interruptions: Int
    /// Due from this time on.
    public var runAt: Date
    /// When it was accepted.
    public var createdAt: Date
    /// When the running or last attempt was claimed.
    public var startedAt: Date?
    /// When it ended.
    public var finishedAt: Date?
    /// The last write to anything that is shown here.
    public var updatedAt: Date
    /// Who asked.
    public var requestedBy: String?
    /// The instance that runs it or ended it.
    public var instance: String?
    /// Counters for people.
    public var progress: TaskProgress?
    /// What the handler returned.
    public var result: JSONBytes?
    /// Why the last attempt failed, or why the task did.
    public var error: String?
    /// Why it is parked or waiting, in words.
    ///
    /// `retry`, `no_handler` and the like, where there is more to say followed by it: `snoozed: Another task holds the room.`
    public var reason: String?
    /// Whether somebody asked to cancel it while it ran.
    public var cancelRequested: Bool
}

/// One ended try of a task.
public struct AttemptRecord: Sendable {
    /// Counted from 1.
    public var attempt: Int
    /// The instance that ran it.
    public var instance: String?
    /// When it was claimed.
    public var startedAt: Date?
    /// When it ended.
    public var endedAt: Date
    /// How it ended.
    public var outcome: String
    /// Why, if not well.
    public var error: String?
}
