import Synchronization

/// Waits for something that cannot be cut short, and stops waiting when the time is up or the caller is cancelled.
enum Patience {
    /// Runs `operation` and returns when it ends, with its error; after `limit` throws `error` and leaves it to end by itself.
    static func wait(
        atMost limit: Duration, else error: RedisError, _ operation: @escaping @Sendable () async throws -> Void
    ) async throws {
        let answer = Answer()
        let clock = Task {
            do { try await Task.sleep(for: limit) } catch { return }
            answer.settle(.failure(error))
        }
        defer { clock.cancel() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                answer.await(continuation)
                Task {
                    do {
                        try await operation()
                        answer.settle(.success(()))
                    } catch {
                        answer.settle(.failure(error))
                    }
                }
            }
        } onCancel: {
            answer.settle(.failure(CancellationError()))
        }
    }
}

/// The first of several results; the rest are dropped.
private final class Answer: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Void, any Error>)
        case settled(Result<Void, any Error>)
    }

    private let state = Mutex(State.open)

    func await(_ continuation: CheckedContinuation<Void, any Error>) {
        let result: Result<Void, any Error>? = state.withLock { state in
            if case .settled(let result) = state { return result }
            state = .awaited(continuation)
            return nil
        }
        if let result { continuation.resume(with: result) }
    }

    func settle(_ result: Result<Void, any Error>) {
        let continuation: CheckedContinuation<Void, any Error>? = state.withLock { state in
            switch state {
            case .open:
                state = .settled(result)
                return nil
            case .awaited(let continuation):
                state = .settled(result)
                return continuation
            case .settled: return nil
            }
        }
        continuation?.resume(with: result)
    }
}
