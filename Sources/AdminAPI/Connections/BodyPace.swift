import NIOCore

/// How a client brings a body that is waited for: a rule without I/O.
///
/// Only ``GivingWay/leastMove`` bytes together are a move: who brings a byte now and then goes on owing. Time in which
/// nobody here reads is not the client's.
struct BodyPace {
    /// Since when so many bytes are waited for, as if the wait had been without a break; nil while nobody here reads, or
    /// none are to come.
    private(set) var since: NIODeadline?
    private var bytes = 0
    private var owed = TimeAmount.zero

    /// More of the body is asked for.
    mutating func isAwaited(now: NIODeadline) {
        if since == nil { since = now - owed }
    }

    /// Bytes came.
    mutating func came(_ count: Int, now: NIODeadline) {
        guard let since else { return }
        bytes += count
        owed = now - since
        self.since = nil
        if bytes >= GivingWay.leastMove { self = BodyPace() }
    }

    /// The body is complete.
    mutating func ended() { self = BodyPace() }
}
