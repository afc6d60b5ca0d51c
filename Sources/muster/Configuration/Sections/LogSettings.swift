/// `log`: how much is logged, and in which form.
struct LogSettings: Sendable, Hashable {
    /// The levels of swift-log.
    enum Level: String, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    /// How a line looks.
    enum Format: String, Sendable, CaseIterable {
        /// Text on a terminal, otherwise JSON.
        case auto
        case text, json
    }

    var level = Level.info
    var format = Format.auto

    static func read(_ top: Section) -> LogSettings {
        guard let section = top.section("log") else { return LogSettings() }
        let settings = LogSettings(
            level: section.choice("level", Level.self) ?? .info, format: section.choice("format", Format.self) ?? .auto)
        section.finish()
        return settings
    }
}
