/// Work that may take only so long.
enum Deadline {
    /// Runs the work and cancels it when the time is over.
    ///
    /// - Throws: what the work throws, or ``CommandFailure`` with the given line.
    static func run<Value: Sendable>(
        within limit: Duration, orFail line: String, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(operation: work)
            group.addTask {
                try await Task.sleep(for: limit)
                throw CommandFailure(.failed, line)
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}
