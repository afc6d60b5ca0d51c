import Logging
import OwnedThread

extension PostgresClient {
    /// Listens on channels, on a connection of its own, until the sequence is dropped or the client shut down.
    ///
    /// It reconnects by itself, after 50 ms at first and 5 s at most, and yields ``PostgresListenEvent/reconnected`` each time listening
    /// has begun. Notifications are hints: at most 256 events are kept for a slow reader, then the oldest are dropped. Channel names are
    /// quoted.
    public func listen(_ channels: [String]) -> AsyncStream<PostgresListenEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: PostgresListenEvent.self, bufferingPolicy: .bufferingNewest(256))
        let stop = start { client in
            await client.keepListening(channels) { continuation.yield($0) }
            continuation.finish()
        }
        continuation.onTermination = { _ in stop.cancel() }
        return stream
    }

    /// Listens as ``listen(_:)`` does until the calling task is cancelled or the client shut down, and calls `handler` for each event.
    ///
    /// Notifications call it on the connection's thread, so that no other has to be woken: it must not block.
    public func listen(_ channels: [String], handler: @escaping @Sendable (PostgresListenEvent) -> Void) async {
        let activity = start { client in await client.keepListening(channels, handler) }
        await withTaskCancellationHandler {
            await activity.value
        } onCancel: {
            activity.cancel()
        }
    }

    /// Listens no more for a while, because others have no connection; what is listened for are hints.
    ///
    /// - Returns: how many connections that gives back.
    func pauseListening(for pause: Duration) -> Int {
        let listening = state.withLock { state in
            state.listensAgainAt = .now + pause
            return Array(state.listening.values)
        }
        for connection in listening { Task { await connection.close() } }
        return listening.count
    }

    private func keepListening(_ channels: [String], _ handler: @escaping @Sendable (PostgresListenEvent) -> Void) async {
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                try await listenOnce(channels, handler) { backoff.reset() }
            } catch is CancellationError {
                return
            } catch {
                tell("listening was interrupted and will be resumed", error)
            }
            let pause = state.withLock { $0.listensAgainAt }.map { $0 - .now } ?? .zero
            do { try await Task.sleep(for: max(pause, backoff.next(jitter: .random(in: 0...1)))) } catch { return }
        }
    }

    private func listenOnce(
        _ channels: [String], _ handler: @escaping @Sendable (PostgresListenEvent) -> Void, started: () -> Void
    ) async throws {
        let connection = try await PostgresConnection.connect(configuration)
        let id = newID()
        state.withLock { $0.listening[id] = connection }
        defer { _ = state.withLock { $0.listening.removeValue(forKey: id) } }
        let (broken, end) = AsyncStream.makeStream(of: Never.self)
        await connection.whenBroken { end.finish() }
        do {
            try await connection.listen(channels) { handler(.notification($0)) }
            started()
            handler(.reconnected)
            // Ends when the connection breaks or the task is cancelled.
            for await _ in broken {}
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        try Task.checkCancellation()
        throw PostgresError(code: .connectionLost, message: "the connection to the server broke")
    }
}

extension PostgresConnection {
    /// Subscribes to channels; `handler` runs on the connection's thread for each message.
    func listen(_ channels: [String], _ handler: @escaping @Sendable (PostgresNotification) -> Void) throws {
        onNotification = handler
        let commands = channels.map { "LISTEN \(Self.quoted($0[...]))" }
        try simple(commands.joined(separator: "; "), statement: "listen")
    }
}
