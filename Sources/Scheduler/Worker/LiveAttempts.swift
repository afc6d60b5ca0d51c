import Synchronization

/// The attempts that run in this process now.
final class LiveAttempts: Sendable {
    private let runners = Mutex<[Int64: AttemptRunner]>([:])
    private let onChange: @Sendable () -> Void

    /// - Parameter onChange: called whenever an attempt has ended, so that its slot is free
    init(onChange: @escaping @Sendable () -> Void) { self.onChange = onChange }

    var count: Int { runners.withLock { $0.count } }

    var all: [AttemptRunner] { runners.withLock { Array($0.values) } }

    subscript(id: TaskID) -> AttemptRunner? { runners.withLock { $0[id.rawValue] } }

    func insert(_ runner: AttemptRunner) { runners.withLock { $0[runner.attempt.fence.id] = runner } }

    /// Whether an attempt runs still.
    func contains(_ attempt: LiveAttempt) -> Bool { runners.withLock { $0[attempt.fence.id]?.attempt === attempt } }

    /// Takes an attempt off the list, unless a later attempt of the same task stands there by now.
    func remove(_ attempt: LiveAttempt) {
        runners.withLock { runners in
            if runners[attempt.fence.id]?.attempt === attempt { runners[attempt.fence.id] = nil }
        }
        onChange()
    }
}
