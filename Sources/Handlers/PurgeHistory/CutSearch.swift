/// Looks for an event that hangs some number of depths beyond another one, by asking which event there was at a time: pure.
///
/// Senders date their events, so that a later time may give an earlier event; the answers are only a means to find good ones among them.
struct CutSearch: Sendable {
    private let from: RoomPlace
    private let to: RoomPlace
    private let depths: Int64
    private var low: (ts: Int64, depth: Int64)
    private var high: (ts: Int64, depth: Int64)
    private let questions: Int
    private var asked = 0
    private var best: RoomPlace?
    /// The time that was asked for last.
    private var asking: Int64 = 0

    /// The most questions for one cut.
    static let most = 24

    /// A search for an event about `depths` beyond `from`, before `to`.
    init(from: RoomPlace, to: RoomPlace, depths: Int64, questions: Int = most) {
        (self.from, self.to, self.depths, self.questions) = (from, to, max(1, depths), questions)
        (low, high) = ((from.ts, from.depth), (to.ts, to.depth))
    }

    /// Whether all that is left fits into one slice.
    var isEnd: Bool { to.depth - from.depth <= depths + depths / 4 }

    /// The event, once it is known.
    var cut: RoomPlace? {
        if let best, isGood(best) { return best }
        return asked >= questions || high.ts - low.ts < 2 ? best : nil
    }

    /// The time to ask for next; nil when there is nothing to ask.
    mutating func next() -> Int64? {
        guard !isEnd, cut == nil, asked < questions, high.ts - low.ts >= 2 else { return nil }
        asked += 1
        let span = high.ts - low.ts
        let (wanted, between) = (from.depth + depths - low.depth, high.depth - low.depth)
        // By rule of three where they come evenly, else by halves.
        let isEven = asked % 3 != 0 && wanted > 0 && wanted < between
        let step = isEven ? Int64(Double(span) * Double(wanted) / Double(between)) : span / 2
        asking = low.ts + min(max(1, step), span - 1)
        return asking
    }

    /// Takes the answer to the last question.
    mutating func answer(_ place: RoomPlace?) {
        guard let place else {
            low.ts = asking
            return
        }
        if isCloser(place) { best = place }
        if place.depth < from.depth + depths {
            low = (asking, max(low.depth, place.depth))
        } else {
            high = (asking, min(high.depth, place.depth))
        }
    }

    private func isGood(_ place: RoomPlace) -> Bool {
        let beyond = place.depth - from.depth
        return beyond >= depths - depths / 4 && beyond <= depths + depths / 4
    }

    /// Of those between the two ends that are no more than twice as far as wanted, the nearest.
    private func isCloser(_ place: RoomPlace) -> Bool {
        let beyond = place.depth - from.depth
        guard place.depth < to.depth, place.ts > from.ts, place.ts < to.ts, beyond >= max(1, depths / 10), beyond <= 2 * depths else {
            return false
        }
        guard let best else { return true }
        return abs(beyond - depths) < abs(best.depth - from.depth - depths)
    }
}
