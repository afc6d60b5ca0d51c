import Scheduler

/// A stored JSON value for people: on one line where it is short, else indented.
enum JSONLines {
    /// What is shown on one line.
    static let shortest = 72

    /// The lines, inert.
    static func make(_ bytes: JSONBytes) -> [String] {
        let value = JSONValue(bytes)
        // What is not JSON is shown as it is; a value that was read can be written.
        guard let short = try? Printer.jsonText(value, isPretty: false), let long = try? Printer.jsonText(value) else {
            return [InertText.make(String(decoding: bytes.utf8, as: UTF8.self))]
        }
        if DisplayWidth.of(short) <= shortest { return [short] }
        return long.split(separator: "\n").map { InertText.make(String($0)) }
    }
}

/// A name and what it stands for, which may take many lines, for people.
///
/// On a terminal a long value is cut after some lines, and a line after some columns, with a word on what is missing; elsewhere nothing is cut.
enum DetailLines {
    /// How many lines of one value a terminal shows.
    static let mostLines = 40
    /// How much of one line: it is wrapped by the terminal itself.
    static let mostColumns = 400

    /// The lines of one row, the name before the first.
    static func make(_ name: String, width: Int, _ value: [String], style: Style = .plain, on terminal: Terminal) -> [String] {
        var shown = value
        if terminal.isTerminal {
            shown = shown.prefix(mostLines).map { DisplayWidth.truncate($0, to: mostColumns) }
            if value.count > mostLines { shown.append("… and \(value.count - mostLines) lines more; --json shows all") }
        }
        let title = name + String(repeating: " ", count: max(0, width - DisplayWidth.of(name)))
        return shown.enumerated().map { index, line in
            let head = index == 0 ? Style.bold.paint(title, colours: terminal.colours) : String(repeating: " ", count: width)
            return head + "  " + style.paint(line, colours: terminal.colours)
        }
    }
}
