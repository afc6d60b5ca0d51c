/// A value of a configuration file that still knows where it was written.
struct ConfigurationNode: Sendable {
    /// One key of a mapping with its value.
    struct Entry: Sendable {
        let key: String
        let place: Place
        let value: ConfigurationNode
    }

    /// A file and a line, counted from 1.
    struct Place: Sendable, CustomStringConvertible {
        let file: String
        let line: Int
        var description: String { "\(file):\(line)" }
    }

    indirect enum Content: Sendable {
        case null
        case bool(Bool)
        case int(Int)
        /// A number with a fraction or an exponent, or too large; no key takes one.
        case number
        case text(String)
        case list([ConfigurationNode])
        case mapping([Entry])
    }

    let content: Content
    let place: Place

    /// What it is, in the words of an error message.
    var kind: String {
        switch content {
        case .null: "nothing"
        case .bool: "true or false"
        case .int: "a whole number"
        case .number: "a number"
        case .text: "text"
        case .list: "a list"
        case .mapping: "a mapping of keys"
        }
    }

    /// The type that YAML 1.1, and so Synapse, gives a scalar; quoted text is always text.
    static func scalar(_ text: String, isPlain: Bool) -> Content {
        guard isPlain else { return .text(text) }
        switch text.lowercased() {
        case "", "~", "null": return .null
        case "true", "yes", "on": return .bool(true)
        case "false", "no", "off": return .bool(false)
        default: break
        }
        if let number = Int(text) { return .int(number) }
        let looksNumeric = text.utf8.allSatisfy { (48...57).contains($0) || [43, 45, 46, 69, 95, 101].contains($0) }
        return looksNumeric && Double(text.filter { $0 != "_" }) != nil ? .number : .text(text)
    }
}
