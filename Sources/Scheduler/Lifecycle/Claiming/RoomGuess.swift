/// What this process thinks that limits leave free, so that it asks for a claim without a count only where that is likely to do.
///
/// A guess: the store decides. Others that claim under a limit make it wrong each time; then it is tried less and less often.
struct RoomGuess: Sendable {
    private var left: [Int16: Int] = [:]
    private var misses = 0
    private var countsToGo = 0

    /// Nothing is known yet.
    init() {}

    /// Whether a claim of so many may find room for all of them in each of these actions.
    func mayDo(_ limit: Int, of actions: some Sequence<Int16>) -> Bool {
        countsToGo == 0 && actions.allSatisfy { left[$0, default: 0] >= limit }
    }

    /// Notes that a claim without a count brought something.
    mutating func hit(_ limit: Int, of actions: some Sequence<Int16>) {
        misses = 0
        for action in actions { left[action, default: 0] -= limit }
    }

    /// Notes that it brought nothing where a count found something: the next ones are counted, twice as many each time, 64 at most.
    mutating func miss() {
        misses = min(misses + 1, 7)
        countsToGo = (1 << (misses - 1)) - 1
    }

    /// Notes what a count found.
    mutating func counted(_ room: some Sequence<(action: Int16, left: Int)>) {
        countsToGo = max(0, countsToGo - 1)
        for (action, left) in room { self.left[action] = left }
    }
}
