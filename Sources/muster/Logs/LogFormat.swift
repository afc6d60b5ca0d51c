import ArgumentParser

/// How log lines are written.
enum LogFormat: String, Sendable, CaseIterable, ExpressibleByArgument {
    /// Text on a terminal, JSON lines otherwise.
    case auto
    /// One readable line an event.
    case text
    /// One JSON object a line.
    case json

    /// Decides what `auto` means.
    func resolved(isTerminal: Bool) -> LogFormat {
        self == .auto ? (isTerminal ? .text : .json) : self
    }
}
