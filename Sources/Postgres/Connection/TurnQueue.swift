import Synchronization

/// Identifies an open transaction to the code that runs inside it.
final class TransactionToken: Sendable {
    /// The transactions that the current task is inside of, on this and on other connections.
    @TaskLocal static var current: TransactionToken?

    private let outer: TransactionToken?

    init(inside outer: TransactionToken?) {
        self.outer = outer
    }

    func isInside(_ token: TransactionToken) -> Bool {
        self === token || (outer?.isInside(token) ?? false)
    }
}

/// Callers that wait for somebody else's transaction to end, in the order of their arrival.
final class TurnQueue: Sendable {
    private struct State {
        var waiting: [(id: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
        var nextID: UInt64 = 0
        var releases: UInt64 = 0
    }

    private let state = Mutex(State())

    /// How often ``release()`` was called: read on the connection's thread, together with whose turn it is.
    var releases: UInt64 { state.withLock { $0.releases } }

    /// Returns after the next ``release()``; throws `CancellationError` when the task is cancelled first.
    ///
    /// - Parameter seen: ``releases`` when it was not the caller's turn. The way into the queue may leave the connection's thread, so the
    ///   turn may have ended meanwhile: then this returns at once.
    func wait(after seen: UInt64) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.releases == seen { state.waiting.append((id, continuation)) }
                    return state.releases != seen
                }
                if isOver { continuation.resume() } else if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Lets everybody look again whether it is their turn.
    func release() {
        let waiting = state.withLock { state in
            state.releases += 1
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.continuation.resume() }
    }

    private func cancel(_ id: UInt64) {
        let waiter = state.withLock { state in
            state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }
}
