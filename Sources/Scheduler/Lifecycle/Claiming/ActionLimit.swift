/// How much of one action the whole fleet may do: attempts at once, tasks in a time, or both.
public struct ActionLimit: Sendable, Hashable {
    /// So many tasks in so long a time.
    public struct Rate: Sendable, Hashable {
        /// How many.
        public var count: Int
        /// In what time.
        public var period: Duration

        /// So many tasks in so long a time.
        public init(_ count: Int, per period: Duration) {
            self.count = count
            self.period = period
        }

        /// Tokens that come back in a second.
        var perSecond: Double { Double(count) / period.secondsAsDouble }

        /// The most that may have collected: a tenth of a second's worth, and at least one.
        ///
        /// In any time T at most `rate × T + burst` tasks start.
        var burst: Double { max(1, perSecond / 10) }

        /// How long one token takes to come back.
        var interval: Duration { period / count }
    }

    /// Attempts that may run at once; nil for as many as there are lanes.
    public var concurrency: Int?
    /// Tasks that may start; nil for any number.
    public var rate: Rate?

    /// A limit; at least one of the two should be given.
    public init(concurrency: Int? = nil, rate: Rate? = nil) {
        self.concurrency = concurrency
        self.rate = rate
    }
}
