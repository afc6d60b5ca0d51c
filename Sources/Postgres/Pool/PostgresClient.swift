public import Logging
import OwnedThread
import Synchronization

/// A bounded pool of connections to one database.
///
/// Connections are opened when somebody needs them. Callers that find none free are served in the order of their arrival and wait for at
/// most ``PostgresConfiguration/poolWaitTimeout``. What nobody uses for ``PostgresConfiguration/poolIdleTime`` is closed. A connection that breaks is dropped and replaced; while the server is away, one attempt
/// at a time is made, after 50 ms at first and 5 s at most. No statement is ever sent twice: after `connectionLost` the caller decides.
public final class PostgresClient: Sendable {
    struct State {
        var plan: PoolPlan<PostgresConnection>
        var waiters: [UInt64: CheckedContinuation<PostgresConnection, any Error>] = [:]
        var lastID: UInt64 = 0
        /// Back-offs and listeners, to be cancelled at shutdown.
        var activities: [UInt64: Task<Void, Never>] = [:]
        var drained: [CheckedContinuation<Void, Never>] = []
        var isClosed = false
        /// Who shares the server's connections with this pool.
        var order: PoolOrder?
        /// Connections that listen.
        var listening: [UInt64: PostgresConnection] = [:]
        /// Until then nobody listens, because others have no connection.
        var listensAgainAt: ContinuousClock.Instant?
        /// When trouble with connecting was last told.
        var toldAt: ContinuousClock.Instant?
    }

    let configuration: PostgresConfiguration
    let logger: Logger
    let state: Mutex<State>
    /// Where all connections live; nil when each has a thread of its own.
    let thread: ThreadExecutor?
    /// Runs Swift tasks on that thread; nil when there is none.
    package let tasks: (any TaskExecutor)?

    /// Makes a client; connects to nothing yet.
    public convenience init(_ configuration: PostgresConfiguration, logger: Logger) {
        self.init(configuration, logger: logger, onOneThread: false)
    }

    /// The same with all connections on one thread, which is right for a pool of one: see ``tasks``.
    package init(_ configuration: PostgresConfiguration, logger: Logger, onOneThread: Bool) {
        // Where the system has no thread to give, each connection asks anew, and says so.
        let thread = onOneThread ? try? ThreadExecutor(name: "postgres") : nil
        self.thread = thread
        tasks = thread.map { ThreadTasks(on: $0) }
        self.configuration = configuration
        self.logger = logger
        let plan = PoolPlan<PostgresConnection>(
            limit: configuration.poolSize, patience: configuration.poolWaitTimeout,
            idleTime: configuration.poolIdleTime)
        state = Mutex(State(plan: plan))
    }

    /// What stands between this client and the server.
    public var pooler: PostgresConfiguration.Pooler { configuration.pooler }

    /// Runs one statement on a connection of the pool.
    public func execute<S: Statement>(_ statement: S) async throws -> [S.Row] {
        try await lend { try await $0.execute(statement) }
    }

    /// Runs one statement and returns how many rows it inserted, updated, deleted or selected.
    public func affected<S: Statement>(_ statement: S) async throws -> Int {
        try await lend { try await $0.affected(statement) }
    }

    /// Runs many statements of one kind in one round trip, all or nothing.
    public func executeAll<S: Statement>(_ statements: [S]) async throws -> [[S.Row]] {
        try await lend { try await $0.executeAll(statements) }
    }

    /// Lends one connection to `body`, which has it for itself until it returns.
    ///
    /// A connection that comes back broken, or with a transaction open, is closed and replaced. It must not be used after `body` has
    /// returned.
    public func withConnection<R: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await lend(body)
    }

    /// Runs any number of statements on one connection without leaving its thread; see ``PostgresConnection/with(_:)``.
    public func with<R: Sendable>(_ body: @Sendable (isolated PostgresConnection) throws -> R) async throws -> R {
        try await lend { try await $0.with(body) }
    }

    /// Runs one transaction; see ``PostgresConnection/transaction(_:)``.
    public func transaction<R: Sendable>(_ body: @Sendable (isolated PostgresConnection) async throws -> R) async throws -> R {
        try await lend { try await $0.transaction(body) }
    }

    /// Closes everything: callers that wait get `poolClosed`, listeners end, lent connections are closed when they come back.
    ///
    /// Returns when all have come back, at most so much later. Calling it again does no harm.
    public func shutdown(within limit: Duration = .seconds(10)) async {
        let (effects, activities) = state.withLock { state in
            state.isClosed = true
            defer { state.activities = [:] }
            return (state.plan.close(), state.activities)
        }
        for activity in activities.values { activity.cancel() }
        await closeAll(effects.closed)
        apply(effects, closing: false)
        await withTaskGroup { group in
            group.addTask { await self.drained() }
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return }
                self.giveUpDraining()
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func lend<R: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        let connection = try await acquire()
        defer { giveBack(connection) }
        return try await body(connection)
    }

    private func closeAll(_ connections: [PostgresConnection]) async {
        for connection in connections { await connection.close() }
    }

    private func drained() async {
        await withCheckedContinuation { continuation in
            let isDrained = state.withLock { state in
                if state.plan.isDrained { return true }
                state.drained.append(continuation)
                return false
            }
            if isDrained { continuation.resume() }
        }
    }

    private func giveUpDraining() {
        logger.warning("the database client stops while connections are still in use")
        resumeDrained()
    }

    func resumeDrained() {
        let waiting = state.withLock { state in
            defer { state.drained = [] }
            return state.drained
        }
        for continuation in waiting { continuation.resume() }
    }
}
