/// What several runs of one measurement came to.
public struct Spread: Codable, Sendable, Hashable {
    /// The value in the middle; of an even number, the mean of the two in the middle.
    public var median: Double
    /// The smallest.
    public var lowest: Double
    /// The largest.
    public var highest: Double
    /// How many there were.
    public var runs: Int

    /// The spread of these values; nil when there are none.
    public init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        let middle = sorted.count / 2
        median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        lowest = first
        highest = last
        runs = sorted.count
    }
}
