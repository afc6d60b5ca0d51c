/// Rows in aligned columns, for people.
///
/// On a terminal, where a row does not fit, columns that say nothing are left out first; then those give way that may, the ones that matter least
/// before the others. Elsewhere nothing is cut, so that `grep` sees everything.
struct Table: Sendable {
    /// One column.
    struct Column: Sendable {
        /// Its heading.
        var title: String
        /// Whether its cells stand at the right, as numbers do.
        var isRight = false
        /// Whether its cells may be cut.
        var shrinks = false
        /// Whether they are cut before those of other columns.
        var isMinor = false
        /// Cells that say nothing: with no other ones the column may be left out.
        var dull: Set<String> = []

        /// A column with its heading.
        init(_ title: String, isRight: Bool = false, shrinks: Bool = false, isMinor: Bool = false, dull: Set<String> = []) {
            self.title = title
            self.isRight = isRight
            self.shrinks = shrinks
            self.isMinor = isMinor
            self.dull = dull
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
        if let limit = terminal.width, width(of: contentWidths) > limit, let smaller = withoutDullColumns {
            return smaller.lines(on: terminal)
        }
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

    private var contentWidths: [Int] {
        columns.indices.map { index in
            rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, $1.count > index ? DisplayWidth.of($1[index].text) : 0) }
        }
    }

    private func width(of widths: [Int]) -> Int { widths.reduce(0, +) + Self.gap.count * (columns.count - 1) }

    /// The table without the columns that say nothing; nil when all say something.
    private var withoutDullColumns: Table? {
        let kept = columns.indices.filter { index in rows.contains { $0.count > index && !columns[index].dull.contains($0[index].text) } }
        guard kept.count < columns.count, !kept.isEmpty else { return nil }
        return Table(columns: kept.map { columns[$0] }, rows: rows.map { row in kept.filter { $0 < row.count }.map { row[$0] } })
    }

    private func widths(within limit: Int?) -> [Int] {
        var widths = contentWidths
        guard let limit else { return widths }
        var excess = width(of: widths) - limit
        for isMinor in [true, false] {
            while excess > 0 {
                let candidates = columns.indices.filter {
                    columns[$0].shrinks && (columns[$0].isMinor || !isMinor) && widths[$0] > Self.narrowest
                }
                guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
                // Down to the next widest at once, so that a very long cell costs no loop of its length.
                let next = candidates.filter { $0 != widest }.map { widths[$0] }.max() ?? Self.narrowest
                let step = min(excess, max(1, widths[widest] - max(next, Self.narrowest)))
                widths[widest] -= step
                excess -= step
            }
        }
        return widths
    }
}
