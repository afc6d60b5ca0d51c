/// A name with wildcards: `*` stands for any text, `?` for one character.
public enum NamePattern {
    /// Whether a name fits, letter by letter; time and space are bounded by the product of the lengths.
    public static func matches(_ pattern: String, _ name: String) -> Bool {
        let (pattern, name) = (Array(pattern.unicodeScalars), Array(name.unicodeScalars))
        var (place, index) = (0, 0)
        var star: (place: Int, index: Int)?
        while index < name.count {
            if place < pattern.count, pattern[place] == "*" {
                star = (place, index)
                place += 1
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == name[index] {
                (place, index) = (place + 1, index + 1)
            } else if let back = star {
                // The last star takes one more.
                star = (back.place, back.index + 1)
                (place, index) = (back.place + 1, back.index + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }
}
