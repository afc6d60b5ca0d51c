public import Foundation
public import Logging

/// What a handler may know of its attempt, and do with it.
///
/// Every write is fenced by task, attempt and incarnation (I4): once the claim is lost, writes throw ``SchedulerError`` with code
/// `claim_lost`, and the Swift task is cancelled.
public struct HandlerContext: Sendable {
    /// The task.
    public let taskID: TaskID
    /// What it does.
    public let action: ActionName
    /// This try, counted from 1.
    public let attempt: Int
    /// What the task is about.
    public let resourceID: String?
    /// Who asked for the task.
    public let requestedBy: String?
    /// When the task was accepted.
    public let createdAt: Date
    /// How long this attempt may take, as configured for the action; nil means as long as it likes.
    public let deadline: Duration?

    private let plainLogger: Logger
    private let state: any AttemptState

    package init(
        taskID: TaskID, action: ActionName, attempt: Int, resourceID: String?, requestedBy: String?, createdAt: Date, deadline: Duration?,
        logger: Logger, state: any AttemptState
    ) {
        self.taskID = taskID
        self.action = action
        self.attempt = attempt
        self.resourceID = resourceID
        self.requestedBy = requestedBy
        self.createdAt = createdAt
        self.deadline = deadline
        plainLogger = logger
        self.state = state
    }

    /// Writes lines that carry `task_id`, `action` and `attempt`; made anew each time that it is asked for.
    public var logger: Logger { state.tagged(plainLogger) }

    /// The database's time: what "older than" and "until" are measured by, the same in every process of the fleet, whatever its own clock says
    /// (I6).
    ///
    /// Behind by no more than one answer of the database takes, and by a heartbeat interval after that clock was set. A server that the handler works
    /// on has a clock of its own: the times that it gives are by that one.
    public func now() -> Date { state.now() }

    /// Shows counters to people; written at most a few times a second, the last ones always.
    public func report(_ progress: TaskProgress) async { await state.report(progress) }

    /// Stores the state from which a next attempt resumes; durable when it returns.
    ///
    /// - Parameters:
    ///   - checkpoint: at most 64 KiB as JSON
    ///   - progress: counters to be shown with it
    /// - Throws: ``SchedulerError`` with code `claim_lost` when the attempt no longer holds its claim, `too_large`, or a database error.
    public func save(checkpoint: some Encodable & Sendable, progress: TaskProgress? = nil) async throws {
        try await state.save(checkpoint: JSONBytes(encoding: checkpoint), progress: progress)
    }

    /// What an earlier attempt stored last; nil when there is nothing or it was written in another form.
    public func checkpoint<Value: Decodable>(as type: Value.Type) -> Value? {
        guard let bytes = state.initialCheckpoint else { return nil }
        return try? bytes.decode(type)
    }

    /// The counters that an earlier attempt showed last.
    public var earlierProgress: TaskProgress? { state.initialProgress }

    /// Takes an exclusive key, such as `room:!id`, until it is released or the attempt ends (I10).
    ///
    /// - Returns: false when another attempt holds it; nothing waits. Taking a key that this attempt holds is true again.
    /// - Throws: ``SchedulerError`` with code `claim_lost`, or a database error.
    public func acquire(_ key: String) async throws -> Bool { try await state.acquire(key) }

    /// Gives an exclusive key back before the attempt ends.
    public func release(_ key: String) async throws { try await state.release(key) }

    /// Whether the attempt is ending because somebody asked to cancel the task, rather than for a shutdown or the deadline.
    public var isCancelRequested: Bool { state.isCancelRequested }
}

/// What stands behind a ``HandlerContext``: the worker's side of one attempt.
package protocol AttemptState: Sendable {
    var initialCheckpoint: JSONBytes? { get }
    var initialProgress: TaskProgress? { get }
    var isCancelRequested: Bool { get }
    func now() -> Date
    func tagged(_ logger: Logger) -> Logger
    func report(_ progress: TaskProgress) async
    func save(checkpoint: JSONBytes, progress: TaskProgress?) async throws
    func acquire(_ key: String) async throws -> Bool
    func release(_ key: String) async throws
}

extension AttemptState {
    /// As it is, for whoever runs a handler outside a worker.
    package func tagged(_ logger: Logger) -> Logger { logger }
}
