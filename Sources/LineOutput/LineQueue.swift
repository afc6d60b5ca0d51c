/// What waits to be written: whole lines in their order, within a bound, and how many found no room.
///
/// A rule without I/O. Once a line was dropped, all that follow are dropped too until what waits is taken: what is missing is then one gap,
/// and its place is known.
package struct LineQueue: Sendable {
    /// How many bytes may wait.
    package let capacity: Int
    /// How many lines were dropped since the last ``take(notice:)``.
    package private(set) var dropped = 0
    private var waiting: [UInt8] = []

    /// An empty queue.
    package init(capacity: Int) { self.capacity = capacity }

    /// Whether nothing waits, not even the news that something was dropped.
    package var isEmpty: Bool { waiting.isEmpty && dropped == 0 }

    /// Takes a line in, which must not end in a line break; drops and counts it when there is no room.
    package mutating func add(_ line: String) {
        guard dropped == 0, waiting.count + line.utf8.count + 1 <= capacity else {
            dropped += 1
            return
        }
        waiting.append(contentsOf: line.utf8)
        waiting.append(UInt8(ascii: "\n"))
    }

    /// Gives away all that waits; where lines were dropped, `notice` says how many, in their place.
    package mutating func take(notice: (Int) -> String) -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &waiting)
        if dropped > 0 {
            taken.append(contentsOf: notice(dropped).utf8)
            taken.append(UInt8(ascii: "\n"))
            dropped = 0
        }
        return taken
    }
}
