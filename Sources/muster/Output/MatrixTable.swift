import Scheduler

/// A roll call for people: the matrix action × process, then the findings.
enum MatrixTable {
    /// The matrix, an empty line, and what was found.
    static func lines(_ report: RollCallReport, instances: [String], on terminal: Terminal) -> [String] {
        matrix(report, instances: instances).lines(on: terminal) + [""] + findings(report.findings, colours: terminal.colours)
    }

    /// One row for each action, one column for each process.
    static func matrix(_ report: RollCallReport, instances: [String]) -> Table {
        Table(
            columns: [.init("ACTION")] + instances.map { .init(InertText.make($0)) } + [.init("STATE")],
            rows: report.coverage.map { row in
                [.init(row.action.rawValue)] + instances.map { cell(row, $0) } + [state(row.state)]
            })
    }

    /// A line for each cause.
    static func findings(_ findings: [Finding], colours: Bool) -> [String] {
        guard !findings.isEmpty else { return [Style.green.paint("No findings: every action has its handlers.", colours: colours)] }
        let heading = findings.count == 1 ? "1 finding:" : "\(findings.count) findings:"
        return [Style.bold.paint(heading, colours: colours)]
            + Finding.lines(findings).map { line in
                let kind = String(line.prefix { $0 != " " && $0 != ":" })
                return "  " + Style.red.paint(kind, colours: colours) + InertText.make(String(line.dropFirst(kind.count)))
            }
    }

    private static func cell(_ row: RollCallReport.Coverage, _ instance: String) -> Table.Cell {
        if row.capable.contains(instance) { return .init("ok", .green) }
        if let kind = row.lacking[instance] {
            return .init(kind.rawValue, kind == .noLiveProcess || kind == .drainingOnly ? .yellow : .red)
        }
        return .init("-", .dim)
    }

    private static func state(_ state: RollCallReport.Coverage.State) -> Table.Cell {
        switch state {
        case .covered: .init(state.rawValue, .green)
        case .draining: .init(state.rawValue, .yellow)
        case .uncovered: .init(state.rawValue, .red)
        }
    }
}
