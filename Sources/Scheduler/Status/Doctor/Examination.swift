/// What a doctor's readings mean.
///
/// Pure: no database, no clock.
enum Examination {
    static func complaint(_ table: TableHealth) -> Complaint? {
        guard table.dead > 100_000, table.dead > table.live * 2 else { return nil }
        let vacuumed = table.vacuumed.map { "\(age($0.milliseconds)) ago" } ?? "never"
        return Complaint(
            severity: .warning, kind: .deadRows, subject: table.name,
            problem: "\(table.dead) of its rows are dead, \(table.live) live; it was last vacuumed \(vacuumed).",
            remedy: "End the transactions and slots named here that hold vacuum back, then VACUUM muster.\(table.name).")
    }

    static func complaints(of indexes: [IndexHealth]) -> [Complaint] {
        let invalid = indexes.filter { !$0.isValid }.map { index in
            Complaint(
                severity: .error, kind: .invalidIndex, subject: index.name,
                problem: "The index on \(index.table) is invalid: it is written and never read.",
                remedy: "REINDEX INDEX CONCURRENTLY muster.\(index.name).")
        }
        let names = Set(indexes.map(\.name))
        let missing = ExpectedIndexes.all.filter { !names.contains($0.name) }.map { index in
            Complaint(
                severity: .error, kind: .missingIndex, subject: index.name,
                problem: "The index is missing; what it serves reads whole tables.",
                remedy: "Make it again: \(index.command).")
        }
        let bloated = indexes.filter(\.isBloated).map { index in
            Complaint(
                severity: .warning, kind: .bloatedIndex, subject: index.name,
                problem: "The index on \(index.table) has \(size(index.bytes)) for about \(Int(index.rows)) rows.",
                remedy: "REINDEX INDEX CONCURRENTLY muster.\(index.name), at a quiet hour.")
        }
        return invalid + missing + bloated
    }

    static func complaints(_ partitions: ReadPartitionHealth.Row) -> [Complaint] {
        var complaints: [Complaint] = []
        if partitions.aheadMilliseconds ?? 0 <= 0 {
            complaints.append(
                Complaint(
                    severity: .warning, kind: .partitionMissing, subject: "task, done",
                    problem: "No partition is there for the tasks of now; they go to the default partition, from which nothing is dropped.",
                    remedy: "Start a process: the duty sweep makes partitions. Its log says why if it cannot."))
        }
        if let overdue = partitions.overdueMilliseconds, overdue > 3 * 86_400_000 {
            complaints.append(
                Complaint(
                    severity: .warning, kind: .partitionOverdue, subject: "task, done",
                    problem:
                        "The oldest partition has been due to be dropped for \(age(overdue)): too many of its tasks are kept, or somebody "
                        + "reads it without end.",
                    remedy: "Look for old unfinished tasks (muster tasks list --oldest-first) and for the transactions named here."))
        }
        if partitions.strays >= 100_000 {
            complaints.append(
                Complaint(
                    severity: .warning, kind: .partitionStrays, subject: "task_default",
                    problem: "The default partition has 100,000 tasks or more; they are removed one by one when their time comes.",
                    remedy: "Nothing now; keep a process running, so that partitions are made ahead."))
        }
        return complaints
    }

    static func complaints(settings: [String: String], processes: Int) -> [Complaint] {
        var complaints: [Complaint] = []
        func complain(_ severity: Complaint.Severity, _ name: String, _ problem: String, _ remedy: String) {
            complaints.append(Complaint(severity: severity, kind: .setting, subject: name, problem: problem, remedy: remedy))
        }
        if settings["fsync"] == "off" {
            complain(.error, "fsync", "What was accepted is lost when the server's machine fails.", "Set fsync = on.")
        }
        if settings["full_page_writes"] == "off" {
            complain(
                .warning, "full_page_writes", "A torn page after a crash cannot be repaired.",
                "Set full_page_writes = on, unless the file system writes pages whole.")
        }
        if settings["synchronous_commit"] == "off" {
            complain(
                .warning, "synchronous_commit",
                "Muster's own connections turn it on; what an application submits in its own transactions can be lost within half a second "
                    + "of a crash.",
                "Set synchronous_commit = on for this database or user; Muster turns it off where that is safe.")
        }
        for name in ["autovacuum", "track_counts"] where settings[name] == "off" {
            complain(.warning, name, "Nobody vacuums finished history, and statistics grow old.", "Set \(name) = on.")
        }
        if processes == 0 {
            complaints.append(
                Complaint(
                    severity: .warning, kind: .noProcess, subject: "processes",
                    problem: "No process is alive: nothing runs, nothing is swept.",
                    remedy: "Start one with muster run."))
        }
        return complaints
    }

    /// A length of time in its largest unit.
    static func age(_ milliseconds: Int64) -> String {
        switch milliseconds / 1000 {
        case ..<120: "\(milliseconds / 1000) s"
        case ..<7200: "\(milliseconds / 60_000) min"
        case ..<172_800: "\(milliseconds / 3_600_000) h"
        default: "\(milliseconds / 86_400_000) days"
        }
    }

    /// Bytes in their largest unit.
    static func size(_ bytes: Int) -> String {
        bytes < 1 << 20 ? "\(bytes / 1024) KiB" : bytes < 1 << 30 ? "\(bytes >> 20) MiB" : "\(bytes >> 30) GiB"
    }
}
