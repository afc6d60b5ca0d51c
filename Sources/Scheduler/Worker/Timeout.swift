/// A piece of work that did not end in time.
struct TimedOut: Error, CustomStringConvertible {
    let after: Duration
    var description: String { "It took longer than \(after)." }
}

/// Runs work for at most so long; then cancels it, waits until it has stopped, and throws ``TimedOut``.
func withTimeout<Value: Sendable>(_ limit: Duration, _ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await ContinuousClock().sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else { throw TimedOut(after: limit) }
        return value
    }
}
