import Foundation

/// Where output goes, and what can be done there.
struct Terminal: Sendable {
    /// Whether a person looks at it: lines may be redrawn and cut to the width.
    var isTerminal: Bool
    /// The columns; nil when it is not a terminal, so that nothing is cut.
    var width: Int?
    /// Whether colours are shown.
    var colours: Bool

    /// A pipe or a file.
    static let plain = Terminal(isTerminal: false, width: nil, colours: false)

    /// What standard output is connected to.
    static var output: Terminal { Terminal(descriptor: STDOUT_FILENO) }

    /// What standard error is connected to.
    static var error: Terminal { Terminal(descriptor: STDERR_FILENO) }

    /// Describes a terminal.
    init(isTerminal: Bool, width: Int?, colours: Bool) {
        self.isTerminal = isTerminal
        self.width = width
        self.colours = colours
    }

    /// Asks the system what a descriptor is.
    init(descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment) {
        isTerminal = isatty(descriptor) == 1
        width = isTerminal ? Self.columns(of: descriptor) ?? environment["COLUMNS"].flatMap(Int.init) ?? 80 : nil
        colours = isTerminal && Self.wantsColours(environment)
    }

    /// Whether the environment lets a terminal show colours: `NO_COLOR` with any value, or a dumb terminal, forbids them.
    static func wantsColours(_ environment: [String: String]) -> Bool {
        (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    private static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
