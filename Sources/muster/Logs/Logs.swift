public import ArgumentParser
import Foundation
import LineOutput
public import Logging

/// Makes the loggers of a process.
struct Logs: Sendable {
    /// Writes the lines of all loggers to standard error, without anybody who logs waiting for it.
    static let output = LineWriter(descriptor: STDERR_FILENO)

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
        Self.output.announceDrops { [handler = handler("log")] in handler.line(.warning, "\($0) lines were dropped", ["lines": "\($0)"]) }
    }

    /// The logger of one part.
    func logger(_ label: String) -> Logger { Logger(label: label, factory: handler) }

    private func handler(_ label: String) -> LineLogHandler {
        LineLogHandler(label: label, format: format, colours: colours, level: level, metadata: metadata)
    }

    /// Loggers for commands that print an answer: only what is wrong, so that the answer stands alone.
    static let forCommands = Logs(format: .text, level: .error)
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
