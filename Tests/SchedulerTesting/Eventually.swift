/// What was waited for did not happen.
public struct NotInTime: Error, CustomStringConvertible {
    /// What was waited for, and how long.
    public let description: String

    /// Says what did not happen.
    public init(description: String) { self.description = description }
}

/// Waits until `condition` holds, looking every 10 ms; throws ``NotInTime`` after `timeout`.
///
/// It is the only polling loop of the tests: whoever can wait for an event waits for the event. What `condition` throws ends the wait.
public func eventually(
    _ what: String = "the condition", timeout: Duration = .seconds(10), isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + timeout
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NotInTime(description: "\(what) did not hold within \(timeout)") }
        try await Task.sleep(for: .milliseconds(10))
    }
}
