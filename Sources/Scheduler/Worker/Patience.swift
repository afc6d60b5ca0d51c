import Synchronization

/// Waits for something that may not listen to cancellation, and stops waiting when the time is up.
enum Patience {
    /// What `work` says, or `late` when it takes longer; it is told to stop then, and left alone.
    static func first<Value: Sendable>(
        within limit: Duration, else late: Value, _ work: @escaping @Sendable () async -> Value
    ) async -> Value {
        let answer = Answer<Value>()
        let working = Task { answer.settle(await work()) }
        let clock = Task {
            guard (try? await ContinuousClock().sleep(for: limit)) != nil else { return }
            answer.settle(late)
        }
        defer {
            working.cancel()
            clock.cancel()
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { answer.await($0) }
        } onCancel: {
            answer.settle(late)
        }
    }
}

/// The first of two results; the other is dropped.
private final class Answer<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value, Never>)
        case settled(Value)
    }

    private let state = Mutex(State.open)

    func await(_ continuation: CheckedContinuation<Value, Never>) {
        let value: Value? = state.withLock { state in
            if case .settled(let value) = state { return value }
            state = .awaited(continuation)
            return nil
        }
        if let value { continuation.resume(returning: value) }
    }

    func settle(_ value: Value) {
        let continuation: CheckedContinuation<Value, Never>? = state.withLock { state in
            switch state {
            case .open:
                state = .settled(value)
                return nil
            case .awaited(let continuation):
                state = .settled(value)
                return continuation
            case .settled: return nil
            }
        }
        continuation?.resume(returning: value)
    }
}
