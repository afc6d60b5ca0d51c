import Logging

/// The shell around ``PoolPlan``: locks, tasks, continuations.
extension PostgresClient {
    func acquire() async throws -> PostgresConnection {
        while let connection = state.withLock({ $0.plan.takeIdle() }) {
            if connection.health == .idle { return connection }
            giveBack(connection)
        }
        try Task.checkCancellation()
        let id = newID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let effects = state.withLock { state in
                    state.waiters[id] = continuation
                    return state.plan.wait(id, now: .now)
                }
                apply(effects)
                if Task.isCancelled { abandon(id) }
            }
        } onCancel: {
            abandon(id)
        }
    }

    func giveBack(_ connection: PostgresConnection) {
        let health = connection.health
        if health == .inTransaction {
            logger.warning("a connection came back with a transaction open; it is closed, which rolls it back")
        }
        apply(state.withLock { $0.plan.giveBack(connection, isReusable: health == .idle && !connection.isReadOnly, now: .now) })
    }

    func newID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    private func abandon(_ id: UInt64) {
        let continuation = state.withLock { state in
            state.plan.abandon(id) ? state.waiters.removeValue(forKey: id) : nil
        }
        continuation?.resume(throwing: CancellationError())
    }

    func apply(_ effects: PoolPlan<PostgresConnection>.Effects, closing: Bool = true) {
        for (id, connection) in effects.served {
            take(id)?.resume(returning: connection)
        }
        for (id, error) in effects.failed {
            take(id)?.resume(throwing: error)
        }
        for delay in effects.opens {
            start { client in await client.open(after: delay) }
        }
        if closing {
            for connection in effects.closed {
                // Closing says goodbye to the server on the connection's own thread; nobody has to wait for it.
                Task { await connection.close() }
            }
        }
        if let timer = effects.timer {
            start { client in
                do { try await Task.sleep(until: timer, clock: .continuous) } catch { return }
                client.apply(client.state.withLock { $0.plan.timeIsUp(now: .now) })
            }
        }
        if let timer = effects.idleTimer {
            start { client in
                do { try await Task.sleep(until: timer, clock: .continuous) } catch { return }
                client.apply(client.state.withLock { $0.plan.idleTimeIsUp(now: .now) })
            }
        }
        if effects.isDrained { resumeDrained() }
    }

    private func take(_ id: UInt64) -> CheckedContinuation<PostgresConnection, any Error>? {
        state.withLock { $0.waiters.removeValue(forKey: id) }
    }

    /// Runs something beside the callers; shutdown cancels it.
    @discardableResult
    func start(_ body: @escaping @Sendable (PostgresClient) async -> Void) -> Task<Void, Never> {
        let id = newID()
        return state.withLock { state in
            let task = Task {
                await body(self)
                _ = self.state.withLock { $0.activities.removeValue(forKey: id) }
            }
            if state.isClosed { task.cancel() } else { state.activities[id] = task }
            return task
        }
    }

    private func open(after delay: Duration) async {
        do {
            if delay > .zero { try await Task.sleep(for: delay) }
            let connection = try await PostgresConnection.connect(configuration, on: thread)
            await connection.whenBroken { [weak self] in self?.dropBroken() }
            apply(state.withLock { $0.plan.opened(connection, now: .now) })
        } catch {
            let error = error as? PostgresError ?? PostgresError(code: .poolClosed, message: "the database client was shut down")
            if error.code != .poolClosed { tell("cannot connect to the database", error) }
            apply(state.withLock { $0.plan.openFailed(error, jitter: .random(in: 0...1), now: .now) })
            if error.sqlState == "53300" { state.withLock { $0.order }?.isShort(self) }
        }
    }

    /// Says that connecting does not work, once in a while: it is tried again and again.
    func tell(_ what: Logger.Message, _ error: any Error) {
        let isDue = state.withLock { state in
            if let last = state.toldAt, last.duration(to: .now) < .seconds(10) { return false }
            state.toldAt = .now
            return true
        }
        if isDue { logger.warning(what, metadata: ["error": "\(error)"]) }
    }

    private func dropBroken() {
        apply(state.withLock { $0.plan.dropIdle { $0.health == .broken } })
    }
}

extension PostgresConnection {
    /// Calls `body` once when the connection breaks or is closed; at once if that has happened.
    func whenBroken(_ body: @escaping @Sendable () -> Void) {
        if health == .broken { body() } else { onBreak = body }
    }
}
