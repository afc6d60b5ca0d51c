/// How long a client may keep a forwarded answer waiting: a rule without I/O.
///
/// A client that is waited for uses up its patience, and each byte that it takes gives some back, up to the whole. So one that takes a least
/// number of bytes in each such time goes on for ever, however short its stops are.
struct ReaderPace {
    private let whole: Duration
    private let forEachByte: Duration
    /// How long the next write may wait.
    private(set) var patience: Duration

    /// - Parameters:
    ///   - leastBytes: to be taken in each `time` that is spent waiting for the client
    init(leastBytes: Int, in time: Duration) {
        whole = time
        forEachByte = time / max(1, leastBytes)
        patience = time
    }

    /// A write of so many bytes is done, after so long.
    mutating func wrote(_ bytes: Int, after waited: Duration) {
        patience = min(whole, max(.zero, patience - waited) + forEachByte * bytes)
    }
}
