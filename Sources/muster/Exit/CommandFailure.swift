/// A command that ends without success: the line for standard error and the exit status.
struct CommandFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the caller is told.
    var status: ExitStatus
    /// What is wrong and what to do; one line each.
    var lines: [String]

    /// A failure with one line.
    init(_ status: ExitStatus, _ line: String) {
        self.status = status
        lines = [line]
    }

    /// A failure with several findings, one line each.
    init(_ status: ExitStatus, lines: [String]) {
        self.status = status
        self.lines = lines
    }

    /// All lines.
    var description: String { lines.joined(separator: "\n") }
}
