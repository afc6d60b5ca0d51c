/// The keys that stand more than once in one mapping, found event by event: who composes a text stops at the first.
struct RepeatedKeys {
    /// A key at its second place.
    struct Key: Equatable {
        let name: String
        /// Counted from 1.
        let line: Int
    }

    private struct Level {
        let isMapping: Bool
        var isKeyNext = true
        /// How often each key came.
        var seen: [String: Int] = [:]
    }

    /// Each once for its mapping, in the order of the text.
    private(set) var found: [Key] = []
    private var levels: [Level] = []

    /// A mapping or a list begins.
    mutating func begin(isMapping: Bool) {
        _ = isKey()
        levels.append(Level(isMapping: isMapping))
    }

    /// The innermost mapping or list ends.
    mutating func end() { _ = levels.popLast() }

    /// A text, a key or none.
    ///
    /// The parser tells 1 from '1'; a configuration does not.
    mutating func scalar(_ text: @autoclosure () -> String, line: Int) {
        guard isKey() else { return }
        let name = text()
        let count = levels[levels.count - 1].seen[name, default: 0] + 1
        levels[levels.count - 1].seen[name] = count
        if count == 2 { found.append(Key(name: name, line: line)) }
    }

    /// Whether what comes now is a key; the next is then its value.
    private mutating func isKey() -> Bool {
        guard let level = levels.last, level.isMapping else { return false }
        levels[levels.count - 1].isKeyNext.toggle()
        return level.isKeyNext
    }
}
