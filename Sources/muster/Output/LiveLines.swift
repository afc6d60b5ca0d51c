/// Lines that change in place on a terminal; elsewhere each change is a new line.
struct LiveLines {
    private let terminal: Terminal
    private var shown: [String] = []

    /// Lines on this terminal.
    init(terminal: Terminal) { self.terminal = terminal }

    /// Shows these lines instead of the ones before.
    mutating func show(_ lines: [String]) {
        guard lines != shown else { return }
        if terminal.isTerminal {
            // Up to the first line, then each line anew with its rest erased.
            let up = shown.isEmpty ? "" : "\u{1B}[\(shown.count)A"
            Printer.raw(up + lines.map { "\r\u{1B}[2K" + $0 + "\n" }.joined())
        } else {
            for (index, line) in lines.enumerated() where index >= shown.count || shown[index] != line { Printer.line(line) }
        }
        shown = lines
    }
}
