import Logging
import OwnedThread

extension RedisClient {
    /// The most events that are kept for a slow reader; beyond it the oldest are dropped.
    static let eventLimit = 1024

    /// Subscribes to channels, on a connection of its own, until the sequence is dropped, its reader cancelled or the client shut down.
    ///
    /// It reconnects by itself, after 50 ms at first and 5 s at most, and yields ``RedisSubscriptionEvent/reconnected`` each time the subscription
    /// has begun. A server that vanishes without a word is noticed after ``RedisConfiguration/pingInterval`` and
    /// ``RedisConfiguration/commandTimeout``. Messages are hints: of those that a slow reader has not taken the newest 1,024 are kept. Without
    /// channels the sequence ends at once.
    public func subscribe(_ channels: [String]) -> AsyncStream<RedisSubscriptionEvent> {
        let (stream, events) = AsyncStream.makeStream(of: RedisSubscriptionEvent.self, bufferingPolicy: .bufferingNewest(Self.eventLimit))
        guard !channels.isEmpty else {
            events.finish()
            return stream
        }
        let activity = start { client in
            await client.keepSubscribed(channels, events)
            events.finish()
        }
        events.onTermination = { _ in activity.cancel() }
        return stream
    }

    private func keepSubscribed(_ channels: [String], _ events: AsyncStream<RedisSubscriptionEvent>.Continuation) async {
        var backoff = Backoff()
        while !Task.isCancelled {
            var began: ContinuousClock.Instant?
            do {
                try await subscribeOnce(channels, events) { began = .now }
            } catch is CancellationError {
                return
            } catch {
                logger.warning("the subscription was interrupted and will be resumed", metadata: ["error": "\(error)"])
            }
            // One that broke soon after it began counts as a failed attempt.
            if let began, began.duration(to: .now) > .seconds(1) { backoff.reset() }
            do { try await Task.sleep(for: backoff.next(jitter: .random(in: 0...1))) } catch { return }
        }
    }

    private func subscribeOnce(
        _ channels: [String], _ events: AsyncStream<RedisSubscriptionEvent>.Continuation, began: () -> Void
    ) async throws {
        let connection = try await RedisConnection.connect(configuration)
        do {
            try await connection.subscribe(channels) { events.yield(.message(channel: $0, payload: $1)) }
            began()
            events.yield(.reconnected)
            try await watch(connection)
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Returns never; throws when the connection breaks, the server no longer answers or the task is cancelled.
    private func watch(_ connection: RedisConnection) async throws {
        let (broken, end) = AsyncStream.makeStream(of: Never.self)
        await connection.whenBroken { end.finish() }
        let interval = configuration.pingInterval
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Ends when the connection breaks or the task is cancelled.
                for await _ in broken {}
                try Task.checkCancellation()
                throw RedisError(code: .connectionLost, message: "the connection to the server broke")
            }
            group.addTask {
                while true {
                    try await Task.sleep(for: interval)
                    try await connection.probe()
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
