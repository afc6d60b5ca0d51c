import Synchronization

/// Holds back the homeserver's jobs while a test looks at them.
final class JobGate: Sendable {
    private struct State {
        var isHeld = false
        var waiters: [AsyncStream<Never>.Continuation] = []
    }

    private let state = Mutex(State())

    func hold() { state.withLock { $0.isHeld = true } }

    func release() {
        let waiters = state.withLock { state in
            state.isHeld = false
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.finish() }
    }

    /// Returns at once, or when the gate is released or the caller is cancelled.
    func pass() async {
        let stream = state.withLock { state -> AsyncStream<Never>? in
            guard state.isHeld else { return nil }
            let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
            state.waiters.append(continuation)
            return stream
        }
        guard let stream else { return }
        for await _ in stream {}
    }
}
