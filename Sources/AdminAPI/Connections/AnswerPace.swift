import NIOCore

/// How a client takes the answers that wait for it: a rule without I/O, looked at again and again while any bytes wait.
///
/// In each window a least number of bytes must be taken, or all that waited when it began. Who has nothing to take owes
/// nothing. Within a window a move is ``GivingWay/leastMove`` bytes, or all that waited: not each byte.
struct AnswerPace {
    /// What a look came to.
    enum Finding: Equatable {
        /// Everything was taken.
        case done
        /// Some bytes wait, and the client has made no move since then.
        case waiting(since: NIODeadline)
        /// A window ended with less than was due.
        case tooSlow
    }

    private let leastBytes: Int
    private let window: TimeAmount
    private var end: NIODeadline
    private var due: Int
    /// The last move, and what the client must have taken for the next.
    private var last: (at: NIODeadline, next: Int)

    /// The first window.
    ///
    /// - Parameters:
    ///   - leastBytes: to be taken in each window
    ///   - taken: bytes that the client has taken so far, of all answers
    ///   - waiting: bytes that it has not
    init(leastBytes: Int, window: TimeAmount, taken: Int, waiting: Int, now: NIODeadline) {
        self.leastBytes = leastBytes
        self.window = window
        end = now + window
        due = taken + min(leastBytes, waiting)
        last = (now, taken + min(GivingWay.leastMove, waiting))
    }

    /// What the client has done since the last look.
    mutating func look(taken: Int, waiting: Int, now: NIODeadline) -> Finding {
        guard waiting > 0 else { return .done }
        if taken >= last.next { last = (now, taken + min(GivingWay.leastMove, waiting)) }
        if now >= end {
            guard taken >= due else { return .tooSlow }
            end = now + window
            due = taken + min(leastBytes, waiting)
        }
        return .waiting(since: last.at)
    }
}
