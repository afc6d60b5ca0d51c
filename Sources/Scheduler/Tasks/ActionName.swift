/// The stable name of what a task does, such as `redact_all_events`.
///
/// Lower-case letters, digits, `_`, `.` and `-`, starting with a letter, at most 100 bytes. The same text in SQL, JSON, YAML and logs.
public struct ActionName: RawRepresentable, Hashable, Comparable, Sendable, Codable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name as written everywhere.
    public let rawValue: String

    /// Wraps a name without checking it; see ``isValid``.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Wraps a name written in source code.
    public init(stringLiteral value: String) { self.rawValue = value }

    /// The name itself.
    public var description: String { rawValue }

    /// Orders by the bytes of the name.
    public static func < (left: ActionName, right: ActionName) -> Bool { left.rawValue < right.rawValue }

    /// Whether the name keeps the rules above; the store's CHECK constraint says the same.
    public var isValid: Bool {
        guard (1...100).contains(rawValue.utf8.count), let first = rawValue.utf8.first, (97...122).contains(first) else { return false }
        return rawValue.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || byte == 95 || byte == 46 || byte == 45
        }
    }

    /// Decodes the plain string.
    public init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(String.self) }

    /// Encodes the plain string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
