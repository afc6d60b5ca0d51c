import Synchronization

/// Keeps trouble that repeats itself from filling a log: the first line of a kind is written at once, then one every ten seconds that says
/// how many were not.
package final class PacedLines: Sendable {
    private struct Kind {
        var toldAt: ContinuousClock.Instant
        var untold = 0
    }

    /// Kinds that are remembered; beyond that all are forgotten, which costs a line each.
    private static let most = 100
    private static let interval = Duration.seconds(10)

    private let kinds = Mutex<[String: Kind]>([:])

    /// Nothing told yet.
    package init() {}

    /// Whether to write a line of this kind now.
    ///
    /// - Parameter kind: a fixed phrase; its variety is bounded
    /// - Returns: how many lines were left out since the last one; nil for a line to be left out itself.
    package func untold(of kind: String, now: ContinuousClock.Instant = .now) -> Int? {
        kinds.withLock { kinds in
            guard var known = kinds[kind], known.toldAt.duration(to: now) < Self.interval else {
                let untold = kinds[kind]?.untold ?? 0
                if kinds.count >= Self.most { kinds.removeAll() }
                kinds[kind] = Kind(toldAt: now)
                return untold
            }
            known.untold += 1
            kinds[kind] = known
            return nil
        }
    }
}
