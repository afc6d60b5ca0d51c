public import Foundation
public import Logging
public import Postgres

/// The library's front door: submit tasks, look at them, cancel and retry them, call the roll.
///
/// It runs nothing by itself; a ``Worker`` does. All methods may be called from anywhere and at the same time. They throw
/// ``SchedulerError``: `database_unavailable` when PostgreSQL cannot be reached, otherwise as each method says.
public final class TaskScheduler: Sendable {
    /// The actions that exist.
    public let catalogue: Catalogue
    /// Which process may run which action.
    public let topology: Topology
    /// The numbers.
    public let settings: SchedulerSettings

    let client: PostgresClient
    let logger: Logger

    /// A scheduler over a database whose schema `muster migrate` made.
    public init(client: PostgresClient, catalogue: Catalogue, topology: Topology, settings: SchedulerSettings = .init(), logger: Logger) {
        self.client = client
        self.catalogue = catalogue
        self.topology = topology
        self.settings = settings
        self.logger = logger
    }

    // Submission

    /// Stores a task and returns when its row is committed (I1).
    ///
    /// - Throws: ``SchedulerError``: `unknown_action`, `invalid_request` (names the field), `too_large`, `no_handler` (names the processes
    ///   that lack it; only under `on_uncovered: reject`), `idempotency_conflict`.
    public func submit(_ request: TaskRequest) async throws -> SubmittedTask { throw SchedulerError(.database, "not wired") }

    /// Stores many tasks in one transaction: all or none. At most 10,000.
    public func submit(_ requests: [TaskRequest]) async throws -> [SubmittedTask] { throw SchedulerError(.database, "not wired") }

    /// Cancels a task: at once while it waits, by telling its process while it runs.
    public func cancel(_ id: TaskID, requestedBy: String?) async throws -> CancelResult { throw SchedulerError(.database, "not wired") }

    /// Runs a failed or cancelled task again, or a waiting one at once.
    public func retry(_ id: TaskID, requestedBy: String?) async throws -> RetryResult { throw SchedulerError(.database, "not wired") }

    // Status

    /// One task, as it stands now.
    public func task(_ id: TaskID) async throws -> TaskRecord? { throw SchedulerError(.database, "not wired") }

    /// A page of tasks.
    public func tasks(_ query: TaskQuery) async throws -> TaskPage { throw SchedulerError(.database, "not wired") }

    /// The ended tries of a task, oldest first.
    public func attempts(of id: TaskID) async throws -> [AttemptRecord] { throw SchedulerError(.database, "not wired") }

    /// Waits until a task has ended.
    ///
    /// - Returns: the ended task, or the unfinished one when the timeout passed first, or nil when there is no such task.
    public func wait(for id: TaskID, timeout: Duration) async throws -> TaskRecord? { throw SchedulerError(.database, "not wired") }

    /// Unfinished tasks, counted by action and status.
    public func pendingCounts() async throws -> [(action: ActionName, status: TaskStatus, count: Int)] { throw SchedulerError(.database, "not wired") }

    // Processes

    /// The processes of the last day, newest first.
    public func processes() async throws -> [ProcessRecord] { throw SchedulerError(.database, "not wired") }

    /// Calls the roll now: the catalogue and routes of this process against the live processes' manifests.
    public func rollCall() async throws -> RollCallReport { throw SchedulerError(.database, "not wired") }

    // Access

    /// Makes a token; its secret is returned once and stored as a hash only.
    public func createToken(name: String, role: Role, expiresAt: Date?) async throws -> (token: AccessToken, secret: String) { throw SchedulerError(.database, "not wired") }

    /// The token with this secret, unless it has expired or was revoked.
    public func token(secret: String) async throws -> AccessToken? { throw SchedulerError(.database, "not wired") }

    /// All tokens.
    public func tokens() async throws -> [AccessToken] { throw SchedulerError(.database, "not wired") }

    /// Revokes a token.
    ///
    /// - Returns: false when there is none with this number, or it was revoked before.
    public func revokeToken(_ id: Int64) async throws -> Bool { throw SchedulerError(.database, "not wired") }

    /// Writes a line of the audit log.
    public func record(_ entry: AuditEntry) async throws { throw SchedulerError(.database, "not wired") }

    /// The newest lines of the audit log.
    public func auditLog(limit: Int) async throws -> [AuditEntry] { throw SchedulerError(.database, "not wired") }
}
