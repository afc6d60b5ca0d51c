import Scheduler

/// A diagnosis for people: complaints with their remedies, then the readings.
enum DiagnosisText {
    static func lines(_ diagnosis: Diagnosis, on terminal: Terminal) -> [String] {
        var lines: [String] = []
        for complaint in diagnosis.complaints {
            lines.append(InertText.make("\(complaint.severity.rawValue): \(complaint.subject): \(complaint.problem)"))
            lines.append(InertText.make("    \(complaint.remedy)"))
        }
        for line in Finding.lines(diagnosis.rollCall) { lines.append(InertText.make("roll call: \(line)")) }
        if lines.isEmpty { lines.append("Nothing is wrong.") }
        lines += ["", "\(diagnosis.liveProcesses) live processes, \(diagnosis.partitions) partitions of the history.", ""]
        lines += Table(
            columns: [
                .init("TABLE"), .init("LIVE", isRight: true), .init("DEAD", isRight: true), .init("SIZE", isRight: true), .init("VACUUMED"),
            ],
            rows: diagnosis.tables.map { table in
                [
                    .init(table.name), .init("\(table.live)"), .init("\(table.dead)"), .init("\(table.bytes / 1024) KiB"),
                    .init(table.vacuumed.map { "\(Int($0 / .seconds(1))) s ago" } ?? "never"),
                ]
            }
        ).lines(on: terminal)
        let largest = diagnosis.indexes.sorted { $0.bytes > $1.bytes }.prefix(8)
        lines.append("")
        lines += Table(
            columns: [.init("INDEX"), .init("TABLE"), .init("SIZE", isRight: true), .init("STATE")],
            rows: largest.map { index in
                [
                    .init(index.name), .init(index.table), .init("\(index.bytes / 1024) KiB"),
                    .init(index.isValid ? "valid" : "invalid", index.isValid ? .plain : .red),
                ]
            }
        ).lines(on: terminal)
        return lines
    }
}
