/// How a piece of text looks on a terminal that shows colours.
enum Style: String, Sendable {
    /// As it is.
    case plain = ""
    /// For headings.
    case bold = "1"
    /// For what matters less.
    case dim = "2"
    /// Ended badly.
    case red = "31"
    /// Ended well.
    case green = "32"
    /// Waits for something that is missing.
    case yellow = "33"
    /// Going on.
    case cyan = "36"

    /// The text in this style, or unchanged without colours.
    func paint(_ text: String, colours: Bool) -> String {
        guard colours, self != .plain, !text.isEmpty else { return text }
        return "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
    }
}
