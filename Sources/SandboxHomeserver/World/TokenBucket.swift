/// A bucket of permissions that fills up with time.
struct TokenBucket: Sendable {
    private var level: Double
    private var updated: ContinuousClock.Instant

    init(burst: Int, now: ContinuousClock.Instant) {
        level = Double(burst)
        updated = now
    }

    /// Takes one permission, or tells in how many milliseconds there will be one.
    mutating func take(rate: SandboxRate, now: ContinuousClock.Instant) -> Int? {
        let elapsed = (now - updated) / .seconds(1)
        level = min(Double(rate.burst), level + elapsed * rate.perSecond)
        updated = now
        guard level < 1 else {
            level -= 1
            return nil
        }
        return max(1, Int(((1 - level) / rate.perSecond * 1000).rounded(.up)))
    }
}
