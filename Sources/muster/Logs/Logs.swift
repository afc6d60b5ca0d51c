public import ArgumentParser
public import Logging

/// Makes the loggers of a process.
struct Logs: Sendable {
    /// The format, resolved.
    let format: LogFormat
    /// Whether levels are coloured.
    let colours: Bool
    /// What is too unimportant to be written.
    let level: Logger.Level
    /// What every line carries, such as `process`.
    var metadata: Logger.Metadata

    /// Loggers that write to standard error.
    init(format: LogFormat = .auto, level: Logger.Level, metadata: Logger.Metadata = [:], terminal: Terminal = .error) {
        self.format = format.resolved(isTerminal: terminal.isTerminal)
        self.colours = terminal.colours
        self.level = level
        self.metadata = metadata
    }

    /// The logger of one part.
    func logger(_ label: String) -> Logger {
        Logger(label: label) { label in
            LineLogHandler(label: label, format: format, colours: colours, level: level, metadata: metadata)
        }
    }

    /// Loggers for commands that print an answer: only what is wrong, so that the answer stands alone.
    static let forCommands = Logs(format: .text, level: .error)
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
