import Synchronization

/// Hands submitted jobs to the running server, and tells when none is left.
final class JobQueue: Sendable {
    private struct State {
        var runner: AsyncStream<String>.Continuation?
        var idleWaiters: [AsyncStream<Never>.Continuation] = []
    }

    private let state = Mutex(State())

    /// A new runner takes over; a former one ends.
    ///
    /// `unfinished` is asked only after the runner is in place, so that no job falls between; one may come twice.
    func attach(unfinished: () -> [String]) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let former = state.withLock { state in
            defer { state.runner = continuation }
            return state.runner
        }
        former?.finish()
        for jobID in unfinished() { continuation.yield(jobID) }
        return stream
    }

    /// Without a running server nothing happens: the next one finds the job among the unfinished.
    func announce(_ jobID: String) { state.withLock { $0.runner }?.yield(jobID) }

    func tellIdle() {
        let waiters = state.withLock { state in
            defer { state.idleWaiters = [] }
            return state.idleWaiters
        }
        for waiter in waiters { waiter.finish() }
    }

    /// A stream that ends when no job is left.
    func idleSignal() -> AsyncStream<Never> {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        state.withLock { $0.idleWaiters.append(continuation) }
        return stream
    }
}
