/// Repeats calls that failed for a passing reason, within bounds.
///
/// 429 waits as long as the homeserver asks and up to a quarter more; one that asks for longer than ``longestLimitWait`` is thrown at once.
/// 5xx, timeouts and cut connections wait a jittered time that doubles. Everything else, and the last failure, is thrown as it is.
/// Cancellation ends a wait at once with `CancellationError`.
public struct RetryingCalls: Sendable {
    /// Calls in all, 429 not counted.
    public var attempts: Int
    /// The wait after the first failure.
    public var initialWait: Duration
    /// The longest wait after a failure.
    public var longestWait: Duration
    /// The longest wait after a 429; whoever is asked to wait for longer had better do something else meanwhile.
    public var longestLimitWait: Duration
    /// The longest time spent waiting for one call in all.
    public var totalWait: Duration
    private let clock: any Clock<Duration>
    private let random: @Sendable () -> Double

    /// Six calls, waits from 200 ms to 10 s, at most a minute for one 429 and two minutes in all.
    ///
    /// - Parameters:
    ///   - attempts: calls in all, at least 1
    ///   - initialWait: the wait after the first failure
    ///   - longestWait: the longest wait after a failure
    ///   - longestLimitWait: the longest wait after a 429
    ///   - totalWait: the longest time spent waiting for one call in all
    ///   - clock: what waits
    ///   - random: numbers from 0 to 1 that place a wait between its half and its whole
    public init(
        attempts: Int = 6, initialWait: Duration = .milliseconds(200), longestWait: Duration = .seconds(10),
        longestLimitWait: Duration = .seconds(60), totalWait: Duration = .seconds(120), clock: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.attempts = max(1, attempts)
        self.initialWait = initialWait
        self.longestWait = longestWait
        self.longestLimitWait = longestLimitWait
        self.totalWait = totalWait
        self.clock = clock
        self.random = random
    }

    /// Makes a call until it succeeds or the bounds are reached.
    ///
    /// - Parameter call: gets the failure before it, nil at first, so that it can look whether that one had its effect after all
    /// - Throws: ``HomeserverError``, `CancellationError`, or whatever else `call` throws
    public func callAsFunction<Answer: Sendable>(
        _ call: @Sendable (_ failureBefore: HomeserverError?) async throws -> Answer
    ) async throws -> Answer {
        var (failures, waited, before) = (0, Duration.zero, HomeserverError?.none)
        while true {
            try Task.checkCancellation()
            do {
                return try await call(before)
            } catch let error as HomeserverError where error.isTransient {
                try Task.checkCancellation()
                if let asked = error.retryAfter, asked > longestLimitWait { throw error }
                let wait = self.wait(after: error, failures: &failures)
                guard failures < attempts, waited + wait <= totalWait else { throw error }
                try await clock.sleep(for: wait)
                waited += wait
                // What may have had its effect stays in mind, whatever failed after it.
                if before?.mayHaveHadEffect != true { before = error }
            }
        }
    }

    private func wait(after error: HomeserverError, failures: inout Int) -> Duration {
        if case .limited(let asked) = error.kind {
            // Never sooner than asked; those who were refused together come back apart.
            return min(max(asked ?? .seconds(1), .milliseconds(50)) * (1 + random() / 4), longestLimitWait)
        }
        failures += 1
        var wait = initialWait
        for _ in 1..<failures where wait < longestWait { wait = wait * 2 }
        return min(wait, longestWait) * (0.5 + random() / 2)
    }

    /// Waits between two looks at something that takes its time.
    public func pause(_ wait: Duration) async throws { try await clock.sleep(for: wait) }
}
