/// When a failed attempt is tried again; stored with the action, so that any process can apply it.
///
/// The wait before attempt n+1 is `initial × factor^(n−1)`, at most `maximum`, then spread by ±`jitter`. With the defaults:
///
/// | failures so far | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 |
/// |---|---|---|---|---|---|---|---|---|---|
/// | wait, before the jitter of ±20 % | 1 s | 3 s | 9 s | 27 s | 81 s | 4 min | 12 min | 30 min | 30 min |
public struct RetryPolicy: Hashable, Sendable, Codable {
    /// Failures after which the task fails; 1 to 1,000.
    public var maxAttempts: Int
    /// The wait after the first failure, in milliseconds.
    public var initialMilliseconds: Int64
    /// What each wait is multiplied by.
    public var factor: Double
    /// The longest wait, in milliseconds.
    public var maximumMilliseconds: Int64
    /// The share by which a wait is spread either way, 0 to 1.
    public var jitter: Double

    private static let longestMilliseconds: Int64 = 30 * 86_400_000

    /// A policy; values outside their range are brought into it, and no wait is longer than 30 days before the jitter.
    public init(
        maxAttempts: Int = 10, initial: Duration = .seconds(1), factor: Double = 3, maximum: Duration = .seconds(1800), jitter: Double = 0.2
    ) {
        self.maxAttempts = min(max(maxAttempts, 1), 1000)
        self.initialMilliseconds = min(max(1, initial.milliseconds), Self.longestMilliseconds)
        self.factor = min(max(factor, 1), 100)
        self.maximumMilliseconds = min(max(self.initialMilliseconds, maximum.milliseconds), Self.longestMilliseconds)
        self.jitter = min(max(jitter, 0), 1)
    }

    /// The wait after so many failures.
    ///
    /// - Parameters:
    ///   - failures: how many attempts failed, counted from 1
    ///   - spread: a random number from −1 to 1, which places the wait within the jitter
    public func wait(afterFailures failures: Int, spread: Double) -> Duration {
        var wait = Double(initialMilliseconds)
        let ceiling = Double(maximumMilliseconds)
        for _ in 1..<max(failures, 1) where wait < ceiling { wait *= factor }
        let spreaded = min(wait, ceiling) * (1 + jitter * min(max(spread, -1), 1))
        return .milliseconds(Int64(max(1, spreaded.rounded())))
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    package var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }

    /// Seconds with their fraction.
    package var secondsAsDouble: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
