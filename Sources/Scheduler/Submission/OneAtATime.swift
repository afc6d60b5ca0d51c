import Synchronization

/// Lets one caller do something at a time, in the order of their arrival.
final class OneAtATime: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [(id: UInt64, turn: CheckedContinuation<Void, any Error>)] = []
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Runs `work` when nobody else's runs; throws `CancellationError` when the caller is cancelled before that.
    func run<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
        try await begin()
        defer { end() }
        return try await work()
    }

    private func begin() async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { turn in
                let isMine = state.withLock { state in
                    if state.isTaken { state.waiting.append((id, turn)) }
                    defer { state.isTaken = true }
                    return !state.isTaken
                }
                if isMine { turn.resume() } else if Task.isCancelled { abandon(id) }
            }
        } onCancel: {
            abandon(id)
        }
    }

    private func end() {
        let next = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst().turn as CheckedContinuation<Void, any Error>? }
            state.isTaken = false
            return nil
        }
        next?.resume()
    }

    private func abandon(_ id: UInt64) {
        let turn = state.withLock { state in
            state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).turn }
        }
        turn?.resume(throwing: CancellationError())
    }
}
