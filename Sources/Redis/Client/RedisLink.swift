import OwnedThread
import Synchronization

/// What the client knows of its connection for commands.
enum RedisLink {
    case unopened
    /// The first attempt: whoever comes waits for it.
    case opening(Task<RedisConnection, any Error>)
    case open(RedisConnection, since: ContinuousClock.Instant)
    /// Attempts go on in the background: whoever comes gets the reason why the last one failed.
    case away(RedisError)
    case closed
}

extension RedisClient {
    struct State {
        var link = RedisLink.unopened
        var backoff = Backoff()
        /// Bytes of the commands that are not answered yet.
        var waiting = 0
        /// Reconnecting and subscriptions, to be cancelled at shutdown.
        var activities: [UInt64: Task<Void, Never>] = [:]
        var lastID: UInt64 = 0
    }

    static let closedError = RedisError(code: .clientClosed, message: "the Redis client was shut down")

    /// The connection for commands; opens it at the first use.
    func connection() async throws -> RedisConnection {
        let (connection, attempt) = try state.withLock { state -> (RedisConnection?, Task<RedisConnection, any Error>?) in
            switch state.link {
            case .open(let connection, _) where connection.isUsable: return (connection, nil)
            case .opening(let attempt): return (nil, attempt)
            case .away(let reason):
                throw RedisError(code: reason.code, message: "Redis is away and is tried again in the background: \(reason.message)")
            case .closed: throw Self.closedError
            case .unopened, .open: return (nil, startOpening(&state))
            }
        }
        if let connection { return connection }
        guard let attempt else { throw Self.closedError }
        return try await attempt.value
    }

    private func startOpening(_ state: inout State) -> Task<RedisConnection, any Error> {
        let attempt = Task { try await self.open() }
        state.link = .opening(attempt)
        return attempt
    }

    private func open() async throws -> RedisConnection {
        do {
            let connection = try await RedisConnection.connect(configuration)
            try await adopt(connection)
            return connection
        } catch is CancellationError {
            // Only the shutdown cancels an attempt.
            throw Self.closedError
        } catch {
            goAway(error)
            throw error
        }
    }

    private func adopt(_ connection: RedisConnection) async throws {
        let isWanted = state.withLock { state in
            if case .closed = state.link { return false }
            state.link = .open(connection, since: .now)
            return true
        }
        guard isWanted else {
            await connection.close()
            throw Self.closedError
        }
        await connection.whenBroken { [weak self, weak connection] in
            if let connection { self?.lost(connection) }
        }
    }

    /// A connection that served for a while is replaced at once; one that broke soon after it was made counts as a failed attempt.
    private func lost(_ connection: RedisConnection) {
        let isFlapping = state.withLock { state in
            guard case .open(let current, let since) = state.link, current === connection else { return false }
            guard since.duration(to: .now) > .seconds(1) else { return true }
            state.backoff.reset()
            _ = startOpening(&state)
            return false
        }
        if isFlapping { goAway(RedisError(code: .connectFailed, message: "the server closes the connection as soon as it is made")) }
    }

    /// Remembers why, and tries again until it works or the client is shut down.
    private func goAway(_ error: any Error) {
        let reason = error as? RedisError ?? RedisError(code: .connectFailed, message: "\(error)")
        let isNew = state.withLock { state in
            switch state.link {
            case .closed, .away: return false
            case .unopened, .opening, .open:
                state.link = .away(reason)
                return true
            }
        }
        guard isNew else { return }
        logger.warning("Redis is away; it is tried again in the background", metadata: ["error": "\(reason)"])
        start { client in await client.reconnect() }
    }

    private func reconnect() async {
        while true {
            let wait = state.withLock { $0.backoff.next(jitter: .random(in: 0...1)) }
            do {
                try await Task.sleep(for: wait)
                try await adopt(try await RedisConnection.connect(configuration))
                return logger.info("Redis is back")
            } catch let error as RedisError where error.code != .clientClosed {
                state.withLock { state in
                    if case .away = state.link { state.link = .away(error) }
                }
            } catch {
                // Cancelled or shut down.
                return
            }
        }
    }

    /// Starts something that ends with the client.
    @discardableResult
    func start(_ body: @escaping @Sendable (RedisClient) async -> Void) -> Task<Void, Never> {
        state.withLock { state in
            state.lastID += 1
            let id = state.lastID
            let activity = Task {
                await body(self)
                _ = self.state.withLock { $0.activities.removeValue(forKey: id) }
            }
            if case .closed = state.link { activity.cancel() } else { state.activities[id] = activity }
            return activity
        }
    }
}
