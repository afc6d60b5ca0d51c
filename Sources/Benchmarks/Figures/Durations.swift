/// Percentiles of many durations, in milliseconds.
public struct Percentiles: Codable, Sendable, Hashable {
    /// Half took no longer.
    public var p50: Double
    /// Nineteen of twenty took no longer.
    public var p95: Double
    /// Ninety-nine of a hundred took no longer.
    public var p99: Double
    /// The longest.
    public var max: Double
    /// How many there were.
    public var count: Int

    /// Makes percentiles.
    public init(p50: Double, p95: Double, p99: Double, max: Double, count: Int) {
        self.p50 = p50
        self.p95 = p95
        self.p99 = p99
        self.max = max
        self.count = count
    }
}

/// Counts durations in buckets that grow by one part in sixty-four, so that millions of them fit into a few kilobytes.
///
/// A percentile read from it is at most 1.6 % too high, and never too low. The longest is kept exactly.
struct Durations: Codable, Sendable {
    private static let parts = 6
    private var counts: [Int] = []
    private(set) var count = 0
    private(set) var longest: Int64 = 0

    /// Counts one duration.
    mutating func add(nanoseconds: Int64) {
        let value = Swift.max(0, nanoseconds)
        let bucket = Self.bucket(of: value)
        if bucket >= counts.count { counts.append(contentsOf: repeatElement(0, count: bucket + 1 - counts.count)) }
        counts[bucket] += 1
        count += 1
        longest = Swift.max(longest, value)
    }

    /// Counts all of another one.
    mutating func add(_ other: Durations) {
        if other.counts.count > counts.count { counts.append(contentsOf: repeatElement(0, count: other.counts.count - counts.count)) }
        for (bucket, number) in other.counts.enumerated() { counts[bucket] += number }
        count += other.count
        longest = Swift.max(longest, other.longest)
    }

    /// The duration that this part of all does not exceed, 0 to 1; zero when nothing was counted.
    func quantile(_ part: Double) -> Int64 {
        let rank = Int((Double(count) * part).rounded(.up))
        var seen = 0
        for (bucket, number) in counts.enumerated() {
            seen += number
            if number > 0, seen >= rank { return Swift.min(Self.upperEnd(of: bucket), longest) }
        }
        return longest
    }

    /// The usual percentiles; nil when nothing was counted.
    var percentiles: Percentiles? {
        guard count > 0 else { return nil }
        func milliseconds(_ part: Double) -> Double { Double(quantile(part)) / 1e6 }
        return Percentiles(
            p50: milliseconds(0.5), p95: milliseconds(0.95), p99: milliseconds(0.99), max: Double(longest) / 1e6, count: count)
    }

    // Values below 64 have a bucket each; above, the highest bit chooses the octave and the next six bits the part of it.
    private static func bucket(of value: Int64) -> Int {
        guard value >= 1 << parts else { return Int(value) }
        let octave = 63 - value.leadingZeroBitCount - parts
        return (octave + 1) << parts + Int(value >> octave) - 1 << parts
    }

    private static func upperEnd(of bucket: Int) -> Int64 {
        guard bucket >= 1 << parts else { return Int64(bucket) }
        let octave = bucket >> parts - 1
        let start = Int64(bucket & (1 << parts - 1) + 1 << parts) << octave
        return start + (1 << octave) - 1
    }
}
