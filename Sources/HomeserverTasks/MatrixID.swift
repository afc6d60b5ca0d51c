/// The forms of Matrix ids, as far as Synapse checks them.
public enum MatrixID {
    /// Whether this is a user id: `@`, then something with a `:` in it; at most 255 bytes.
    public static func isUser(_ text: String) -> Bool {
        text.hasPrefix("@") && text.contains(":") && text.utf8.count <= 255 && !text.utf8.contains(0)
    }

    /// Whether this is a room id: `!local:domain`, or `!` and 43 letters of URL-safe base64 (room version 12).
    public static func isRoom(_ text: String) -> Bool {
        guard text.hasPrefix("!"), text.utf8.count <= 255, !text.utf8.contains(0) else { return false }
        let rest = text.dropFirst()
        if let colon = rest.firstIndex(of: ":") { return colon != rest.startIndex && rest.index(after: colon) != rest.endIndex }
        return rest.utf8.count == 43
            && rest.utf8.allSatisfy { (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95 }
    }

    /// Whether this is an event id: `$` and something; at most 255 bytes.
    public static func isEvent(_ text: String) -> Bool {
        text.hasPrefix("$") && (2...255).contains(text.utf8.count) && !text.utf8.contains(0)
    }

    /// The server part of a user id or room id; nil when it has none.
    public static func server(of id: String) -> String? {
        id.firstIndex(of: ":").map { String(id[id.index(after: $0)...]) }
    }
}
