/// Rows in aligned columns, for people.
///
/// On a terminal the columns that may shrink give way until a row fits; elsewhere nothing is cut, so that `grep` sees everything.
struct Table: Sendable {
    /// One column.
    struct Column: Sendable {
        /// Its heading.
        var title: String
        /// Whether its cells stand at the right, as numbers do.
        var isRight = false
        /// Whether its cells may be cut.
        var shrinks = false

        /// A column with its heading.
        init(_ title: String, isRight: Bool = false, shrinks: Bool = false) {
            self.title = title
            self.isRight = isRight
            self.shrinks = shrinks
        }
    }

    /// One cell: text that is made inert when it is shown, and its style.
    struct Cell: Sendable, ExpressibleByStringLiteral {
        /// What it says.
        var text: String
        /// How it looks.
        var style: Style

        /// A cell; nil is shown as a dash.
        init(_ text: String?, _ style: Style = .plain) {
            self.text = InertText.make(text ?? "-")
            self.style = style
        }

        /// A cell written in source code.
        init(stringLiteral value: String) { self.init(value) }
    }

    /// The columns.
    var columns: [Column]
    /// The rows, each with as many cells as there are columns.
    var rows: [[Cell]] = []

    private static let gap = "  "
    private static let narrowest = 8

    /// The lines, heading first.
    func lines(on terminal: Terminal) -> [String] {
        let widths = widths(within: terminal.width)
        let heading = columns.map { Cell($0.title, .bold) }
        return ([heading] + rows).map { line($0, widths: widths, terminal: terminal) }
    }

    private func line(_ cells: [Cell], widths: [Int], terminal: Terminal) -> String {
        var parts: [String] = []
        for (index, cell) in cells.enumerated() where index < columns.count {
            let text = DisplayWidth.truncate(cell.text, to: widths[index])
            let padding = String(repeating: " ", count: max(0, widths[index] - DisplayWidth.of(text)))
            let painted = cell.style.paint(text, colours: terminal.colours)
            let isLast = index == columns.count - 1
            parts.append(columns[index].isRight ? padding + painted : isLast ? painted : painted + padding)
        }
        return parts.joined(separator: Self.gap)
    }

    private func widths(within limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, $1.count > index ? DisplayWidth.of($1[index].text) : 0) }
        }
        guard let limit else { return widths }
        var excess = widths.reduce(0, +) + Self.gap.count * (columns.count - 1) - limit
        while excess > 0 {
            let candidates = columns.indices.filter { columns[$0].shrinks && widths[$0] > Self.narrowest }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            // Down to the next widest at once, so that a very long cell costs no loop of its length.
            let next = candidates.filter { $0 != widest }.map { widths[$0] }.max() ?? Self.narrowest
            let step = min(excess, max(1, widths[widest] - max(next, Self.narrowest)))
            widths[widest] -= step
            excess -= step
        }
        return widths
    }
}
