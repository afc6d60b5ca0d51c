/// Finds the known name that somebody most likely meant.
package enum NearestName {
    /// The known name with the fewest edits to this one, unless even that one differs in more than a third of its letters: a wrong hint is worse than none.
    ///
    /// An edit is a letter added, dropped, changed, or swapped with its neighbour. Equal distances are decided by the alphabet.
    package static func to(_ name: String, among known: [String]) -> String? {
        let ranked = known.map { (name: $0, edits: edits(from: name, to: $0)) }
        guard let best = ranked.min(by: { ($0.edits, $0.name) < ($1.edits, $1.name) }) else { return nil }
        return best.edits <= max(1, max(name.count, best.name.count) / 3) ? best.name : nil
    }

    /// The number of edits that turn one name into the other; names are cut at 100 letters.
    static func edits(from first: String, to second: String) -> Int {
        let left = Array(first.lowercased().prefix(100))
        let right = Array(second.lowercased().prefix(100))
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let change = last[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(change, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
