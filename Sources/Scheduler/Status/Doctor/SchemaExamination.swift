/// What it means that the schema is not as the migrations made it, or open to others.
///
/// Pure: no database, no clock.
extension Examination {
    /// Compares the schema that is there with the one that the migrations make.
    static func complaints(of actual: [CatalogueItem], expected: [CatalogueItem] = CatalogueItem.expected) -> [Complaint] {
        let there = Dictionary(actual.map { (Part($0), $0) }) { first, _ in first }
        let wanted = Dictionary(expected.map { (Part($0), $0) }) { first, _ in first }
        let gone = expected.filter { there[Part($0)] == nil && isTold($0, in: there) }.map(missing)
        let changed = expected.compactMap { item in
            there[Part(item)].flatMap { $0.detail == item.detail ? nil : altered($0, from: item) }
        }
        let more = actual.filter { wanted[Part($0)] == nil && isTold($0, in: wanted) }.map(extra)
        return gone + changed + more
    }

    /// Who may do what only the schema's owner should.
    static func complaint(_ row: FindAccessFaults.Row) -> Complaint {
        func complaint(_ severity: Complaint.Severity, _ kind: Complaint.Kind, _ problem: String) -> Complaint {
            Complaint(severity: severity, kind: kind, subject: row.subject, problem: problem, remedy: "\(row.remedy).")
        }
        return switch row.fault {
        case "owner":
            complaint(.error, .ownership, "It belongs to \(row.who) and not to \(row.owner), who owns the schema: two roles can change it.")
        case "create":
            complaint(.error, .strangers, "\(row.who) may create in the schema: what is made there can run as Muster's role.")
        case "trigger":
            complaint(.error, .strangers, "\(row.who) may hang a trigger on it, which would run as whoever writes: as Muster's role.")
        case "path":
            complaint(
                .warning, .strangers,
                "\(row.who) may create in a schema that is in this role's search_path. Muster's own sessions do not look there; "
                    + "other statements of this role, and of applications that submit in their own transactions, do.")
        case "path_owner":
            complaint(
                .warning, .strangers,
                "\(row.who) owns a schema that is in this role's search_path, and may create there. Muster's own sessions do not look there; "
                    + "other statements of this role, and of applications that submit in their own transactions, do.")
        default: complaint(.error, .strangers, "Every role has privileges on it.")
        }
    }

    /// What this session's role may not do.
    static func complaints(missingPrivileges missing: [String]) -> [Complaint] {
        guard !missing.isEmpty else { return [] }
        return [
            Complaint(
                severity: .error, kind: .privileges, subject: "this role",
                problem: "It lacks privileges that a process needs: \(missing.prefix(10).joined(separator: ", "))"
                    + "\(missing.count > 10 ? " and \(missing.count - 10) more" : "").",
                remedy: "As the schema's owner, give it the grants of docs/operations.md; a process of this role does not start.")
        ]
    }

    private struct Part: Hashable {
        var kind: String
        var name: String

        init(_ item: CatalogueItem) { (kind, name) = (item.kind, item.name) }
    }

    /// Of a table that is gone, or that nobody expected, the table is told and not each of its columns and constraints.
    private static func isTold(_ item: CatalogueItem, in others: [Part: CatalogueItem]) -> Bool {
        guard item.kind == "column" || item.kind == "constraint", let table = item.name.split(separator: ".").first else { return true }
        return others[Part(CatalogueItem(kind: "table", name: String(table), detail: ""))] != nil
    }

    private static func missing(_ item: CatalogueItem) -> Complaint {
        let parts = item.name.split(separator: ".", maxSplits: 1).map(String.init)
        let remedy =
            item.kind == "constraint" && parts.count == 2
            ? "Look for rows that break it, then: ALTER TABLE muster.\(parts[0]) ADD CONSTRAINT \(parts[1]) \(item.detail)."
            : "Restore it from a backup, or as migrations/schema.sql of this version has it."
        return Complaint(
            severity: .error, kind: .schemaChanged, subject: item.name,
            problem: "The \(item.kind) is missing: the migrations made it, and Muster relies on it.", remedy: remedy)
    }

    private static func altered(_ item: CatalogueItem, from wanted: CatalogueItem) -> Complaint {
        if item.kind == "table", item.detail.hasPrefix("unlogged") {
            return Complaint(
                severity: .error, kind: .schemaChanged, subject: item.name,
                problem: "The table is unlogged: a crash of the server empties it, with every task that stands there.",
                remedy: "Undo it: ALTER TABLE muster.\(item.name) SET LOGGED.")
        }
        if item.kind == "table" {
            return Complaint(
                severity: .error, kind: .schemaChanged, subject: item.name,
                problem: "Row-level security is on: statements of roles that it holds for fail.",
                remedy: "Undo it: ALTER TABLE muster.\(item.name) DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY.")
        }
        let was = item.kind == "function" ? "" : " It is \(item.detail) and was \(wanted.detail)."
        return Complaint(
            severity: .error, kind: .schemaChanged, subject: item.name,
            problem: "The \(item.kind) is not as the migrations made it.\(was)",
            remedy: "Make it again as migrations/schema.sql of this version has it.")
    }

    private static func extra(_ item: CatalogueItem) -> Complaint {
        switch item.kind {
        case "trigger", "rule", "policy":
            Complaint(
                severity: .error, kind: .schemaChanged, subject: item.name,
                problem: "Somebody put a \(item.kind) there: it runs as Muster's role, or decides what Muster sees.",
                remedy: "DROP \(item.kind.uppercased()) \(item.name.split(separator: ".", maxSplits: 1).last ?? "") "
                    + "ON muster.\(item.name.split(separator: ".").first ?? ""), unless you know it.")
        case "table" where item.detail != "permanent":
            altered(item, from: CatalogueItem(kind: item.kind, name: item.name, detail: "permanent"))
        default:
            Complaint(
                severity: .warning, kind: .schemaChanged, subject: item.name,
                problem: "The \(item.kind) is not of the migrations.",
                remedy: "Move it out of the schema muster, which a migration may change without looking at it.")
        }
    }
}
