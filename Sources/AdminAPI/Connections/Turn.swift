import NIOCore

/// Whose move it is on a connection, and since when.
enum Turn: Sendable, Equatable {
    /// The client's: no request is under way, and no complete head has come since then.
    case idle(since: NIODeadline)
    /// The client's: of a body that is waited for, or of answers that it has to take, too little has moved since then.
    case owing(since: NIODeadline)
    /// Ours: a request is being answered.
    case working
}

/// Which connection gives way when all places are taken: a rule without I/O.
///
/// The one that has been idle longest goes first. Where none is idle, the one goes whose client has left us waiting
/// longest in the middle of a request or of an answer. Where we are at work for all of them, nobody goes.
enum GivingWay {
    /// How long a connection is left alone at first: its first request must have time to arrive.
    static let leastIdle = TimeAmount.milliseconds(100)
    /// How long a body or an answer must have stood still: a client that reads slowly stops and goes on many times a
    /// second.
    static let leastOwing = TimeAmount.seconds(1)
    /// Bytes that are a move of the client: fewer, brought or taken, renew nothing while more are due.
    static let leastMove = 4096

    /// The place of the connection in the list that gives way; nil when none does.
    static func choose(among turns: some Sequence<Turn>, now: NIODeadline) -> Int? {
        var idle: (place: Int, since: NIODeadline)?
        var owing: (place: Int, since: NIODeadline)?
        for (place, turn) in turns.enumerated() {
            switch turn {
            case .idle(let since):
                if may(turn, now: now), since < idle?.since ?? .distantFuture { idle = (place, since) }
            case .owing(let since):
                if may(turn, now: now), since < owing?.since ?? .distantFuture { owing = (place, since) }
            case .working: break
            }
        }
        return idle?.place ?? owing?.place
    }

    /// Whether a connection may be closed for another: its client has had its time, and has let it pass.
    static func may(_ turn: Turn, now: NIODeadline) -> Bool {
        switch turn {
        case .idle(let since): now - since >= leastIdle
        case .owing(let since): now - since >= leastOwing
        case .working: false
        }
    }
}
