import Testing

@testable import Scheduler

struct RetryPolicyTests {
    /// From gentle to as steep as a policy can be.
    private static let policies = [
        RetryPolicy(), RetryPolicy(initial: .milliseconds(1), factor: 1, maximum: .milliseconds(1), jitter: 1),
        RetryPolicy(initial: .seconds(60), factor: 2, maximum: .seconds(3600), jitter: 0.5),
        RetryPolicy(maxAttempts: 1000, initial: .milliseconds(7), factor: 100, maximum: .seconds(30 * 86_400), jitter: 0),
    ]

    // The table of docs/lifecycle.md, in seconds; what it gives in minutes is rounded there.
    @Test(arguments: [(1, 1), (2, 3), (3, 9), (4, 27), (5, 81), (6, 243), (7, 729), (8, 1800), (9, 1800), (1000, 1800)])
    func `the default waits are those that are documented`(failures: Int, seconds: Int) {
        #expect(RetryPolicy().wait(afterFailures: failures, spread: 0) == .seconds(seconds))
        #expect(RetryPolicy().maxAttempts == 10)
    }

    @Test(arguments: policies)
    func `before the jitter a wait is never shorter than the one before`(policy: RetryPolicy) {
        let waits = (1...1000).map { policy.wait(afterFailures: $0, spread: 0) }
        #expect(waits == waits.sorted())
        #expect(waits.first == .milliseconds(policy.initialMilliseconds))
        #expect(waits.allSatisfy { $0 <= .milliseconds(policy.maximumMilliseconds) })
    }

    @Test(arguments: policies)
    func `jitter moves a wait by its share at most, and never to nothing`(policy: RetryPolicy) {  // I9
        for failures in [1, 2, 5, 50, 1000] {
            let plain = policy.wait(afterFailures: failures, spread: 0)
            for spread in stride(from: -1.0, through: 1.0, by: 0.125) {
                let wait = policy.wait(afterFailures: failures, spread: spread)
                #expect(wait >= .milliseconds(1))
                #expect(wait >= plain * (1 - policy.jitter) - .milliseconds(1))
                #expect(wait <= plain * (1 + policy.jitter) + .milliseconds(1))
            }
        }
    }

    @Test func `a spread outside −1 to 1 counts as the nearest inside, and no failures as one`() {
        let policy = RetryPolicy()
        #expect(policy.wait(afterFailures: 3, spread: 7) == policy.wait(afterFailures: 3, spread: 1))
        #expect(policy.wait(afterFailures: 3, spread: -7) == policy.wait(afterFailures: 3, spread: -1))
        #expect(policy.wait(afterFailures: 0, spread: 0) == policy.wait(afterFailures: 1, spread: 0))
        #expect(policy.wait(afterFailures: -5, spread: 0) == policy.wait(afterFailures: 1, spread: 0))
    }

    @Test func `values outside their range are brought into it`() {  // I9
        let low = RetryPolicy(maxAttempts: 0, initial: .seconds(-1), factor: 0, maximum: .zero, jitter: -1)
        #expect(low == RetryPolicy(maxAttempts: 1, initial: .milliseconds(1), factor: 1, maximum: .milliseconds(1), jitter: 0))
        let high = RetryPolicy(maxAttempts: 5000, initial: .seconds(1), factor: 500, maximum: .seconds(10_000_000), jitter: 2)
        #expect(high.maxAttempts == 1000)
        #expect(high.factor == 100)
        #expect(high.maximumMilliseconds == 30 * 86_400_000)
        #expect(high.jitter == 1)
    }

    @Test func `an initial wait above the longest allowed one is shortened to that`() {  // I9
        let policy = RetryPolicy(initial: .seconds(90 * 86_400), maximum: .seconds(1))
        #expect(policy.initialMilliseconds <= policy.maximumMilliseconds)
        #expect(policy.wait(afterFailures: 1, spread: 0) == .seconds(30 * 86_400))
    }
}
