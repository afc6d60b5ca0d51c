import Logging
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
    let events: any EventSink
    let numbers: ActionNumbers
    let channel: any WakeUpChannel
    let wakeUps: WakeUpSender
    let submitter: Submitter
    let knownTokens = KnownTokens()
    /// How this process's work fares at the database.
    let mood: DatabaseMood

    /// What this process knows of duties that are due.
    let duties = DutyBoard()

    /// A scheduler over a database whose schema `muster migrate` made.
    ///
    /// - Parameters:
    ///   - client: made from ``PostgresConfiguration/forMuster``, unless its role and database are known to have no settings of their own:
    ///     read committed, `synchronous_commit` as it comes. The application's own transactions may be on any connection, see
    ///     ``submit(_:on:)``
    ///   - channel: what carries wake-ups between processes; nil means LISTEN and NOTIFY of the same database, or
    ///     polling alone where a transaction pooler stands before it
    ///   - events: where log lines and metrics come from
    public init(
        client: PostgresClient, catalogue: Catalogue, topology: Topology, settings: SchedulerSettings = .init(),
        channel: (any WakeUpChannel)? = nil, events: any EventSink
    ) {
        self.client = client
        self.catalogue = catalogue
        self.topology = topology
        self.settings = settings
        self.events = events
        let numbers = ActionNumbers(client: client, catalogue: catalogue)
        self.numbers = numbers
        // Only over the database's own channel can a hint travel with a commit.
        let notifiesWithCommits = channel == nil && client.pooler == .none
        let channel: any WakeUpChannel = channel ?? (notifiesWithCommits ? PostgresWakeUps(client: client) : PollingAlone())
        self.channel = channel
        let wakeUps = WakeUpSender(channel: channel, ridesWithCommits: notifiesWithCommits, events: events)
        self.wakeUps = wakeUps
        let mood = DatabaseMood()
        self.mood = mood
        let roll = RollReader(client: client, catalogue: catalogue, topology: topology, settings: settings)
        submitter = Submitter(
            client: client, catalogue: catalogue, settings: settings, numbers: numbers,
            admissions: Admissions(board: CoverageBoard { try await roll.coverage() }, topology: topology, events: events),
            singles: SingleSubmissions(client: client, wakeUps: wakeUps), keyed: KeyedSubmissions(client: client, wakeUps: wakeUps),
            events: events, wakeUps: wakeUps, mood: mood)
    }

    /// Stores a task and returns when its row is committed (I1).
    ///
    /// - Throws: ``SchedulerError``: `unknown_action`, `invalid_request` (names the field), `too_large`, `no_handler` (names the processes
    ///   that lack it; only under `on_uncovered: reject`), `idempotency_conflict`.
    ///
    /// - Parameter origin: where the request came from; then the audit log gets a line of a new task, in the same commit, and
    ///   `requestedBy` says who asked
    public func submit(_ request: TaskRequest, auditedFrom origin: String? = nil) async throws -> SubmittedTask {
        guard let submitted = try await submitter.submit([request], origin: origin).first else {
            throw SchedulerError(.database, "The store did not answer the submission.")
        }
        return submitted
    }

    /// Stores many tasks at once: all or none.
    ///
    /// At most 50,000.
    public func submit(_ requests: [TaskRequest]) async throws -> [SubmittedTask] {
        guard !requests.isEmpty else { return [] }
        return try await submitter.submit(requests)
    }

    /// Stores any number of tasks, as fast as the database takes them: in pieces of 10,000, two on their way at a time.
    ///
    /// The requests are taken from the sequence as they are needed, so it may be longer than memory is large. Each piece is stored whole
    /// or not at all. When one fails, pieces that `stored` was told of stay stored; those on their way may or may not be.
    ///
    /// - Parameter stored: told of each piece when it is committed, not necessarily in order
    /// - Returns: how many new tasks there are.
    /// - Throws: as ``submit(_:)``, and whatever `stored` throws.
    public func submitAll(
        _ requests: some Sequence<TaskRequest>, stored: @escaping @Sendable ([SubmittedTask]) async throws -> Void = { _ in }
    ) async throws -> Int {
        try await submitter.submitAll(requests, stored: stored)
    }

    /// Stores a task as part of the caller's own transaction: it exists once, and only if, that commits.
    ///
    /// ```swift
    /// try await client.transaction { connection in
    ///     _ = try connection.run(InsertOrder(order))
    ///     _ = try await scheduler.submit(request, on: connection)
    /// }
    /// ```
    ///
    /// The connection's `search_path` does not matter: nothing that another role may create is called. Its isolation and
    /// `synchronous_commit` are the caller's choice, and hold for the task as for the rest of the transaction.
    ///
    /// - Throws: as the other forms; after an error of the database the caller's transaction must be rolled back.
    public func submit(_ request: TaskRequest, on connection: isolated PostgresConnection) async throws -> SubmittedTask {
        try await submitter.submit(request, on: connection)
    }

    /// Cancels a task: at once while it waits, by telling its process while it runs.
    ///
    /// - Parameter requestedBy: who asks; shown with the task
    public func cancel(_ id: TaskID, requestedBy: String?) async throws -> CancelResult {
        try await cancel(id, requestedBy: requestedBy, auditedFrom: nil)
    }

    /// The same; the audit log gets a line of the change, in the same commit.
    ///
    /// - Parameter origin: where the request came from; nil writes no line
    public func cancel(_ id: TaskID, requestedBy: String?, auditedFrom origin: String?) async throws -> CancelResult {
        let line = AuditEntry.line("cancel", id.description, by: requestedBy, from: origin)
        return try await StoreFailure.wrapping("cancelling") {
            // A task can move between the two looks; a few rounds settle it.
            for _ in 0..<5 {
                if try await !change(CancelWaiting(id: id, requestedBy: requestedBy), audited: line).isEmpty { return .cancelled }
                if try await !change(RequestCancel(id: id, requestedBy: requestedBy), audited: line).isEmpty {
                    wakeUps.send(.cancel(id))
                    return .requested
                }
                guard let task = try await client.execute(FindTask(id: id)).first else { return .notFound }
                if task.status.isFinal { return .alreadyFinal(task.status) }
            }
            throw SchedulerError(.databaseUnavailable, "The task moves too fast to be cancelled now. Try again.")
        }
    }

    /// Runs a failed or cancelled task again, or a waiting one at once.
    ///
    /// - Parameters:
    ///   - requestedBy: who asks, for the audit log
    ///   - origin: where the request came from; then the audit log gets a line of the change, in the same commit
    public func retry(_ id: TaskID, requestedBy: String? = nil, auditedFrom origin: String? = nil) async throws -> RetryResult {
        let line = AuditEntry.line("retry", id.description, by: requestedBy, from: origin)
        return try await StoreFailure.wrapping("retrying") {
            for _ in 0..<5 {
                var moved = try await change(RunNow(id: id), audited: line)
                if moved.isEmpty { moved = try await change(RetryFinished(id: id), audited: line) }
                if !moved.isEmpty {
                    wakeUps.send(.work)
                    return .scheduled
                }
                guard let task = try await client.execute(FindTask(id: id)).first else { return .notFound }
                switch task.status {
                case .active: return .alreadyActive
                case .complete: return .alreadyComplete
                case .parked: return .parked
                case .scheduled: return .scheduled
                case .failed, .cancelled:
                    let number = try await numbers.number(of: task.action)
                    let holder = FindTaken(key: nil, digest: nil, action: number, resourceID: task.resourceID)
                    if let other = try await client.execute(holder).first?.sameResource, other != id.rawValue {
                        return .blocked(by: TaskID(rawValue: other))
                    }
                }
            }
            throw SchedulerError(.databaseUnavailable, "The task moves too fast to be retried now. Try again.")
        }
    }

    /// Waits until the wake-ups of earlier calls are sent, at most a second; for a command that is about to exit.
    public func drainWakeUps() async { await wakeUps.drain(atMost: .seconds(1)) }
}
