import Foundation

/// What the kernel says that processes have used.
enum ProcessUsage {
    /// CPU time of one process so far, in seconds; nil when there is none.
    static func cpuSeconds(of process: pid_t) -> Double? { fields(of: process).map { ($0.user + $0.system) / ticks } }

    /// Resident memory of one process in MiB; nil when there is none.
    static func residentMiB(of process: pid_t) -> Double? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8) else { return nil }
        let numbers = text.split(separator: " ").compactMap { Double($0) }
        return numbers.count > 1 ? numbers[1] * Double(sysconf(Int32(_SC_PAGESIZE))) / Double(1 << 20) : nil
    }

    /// CPU time of a process and all children that it ever had, in seconds: the ended ones as it has reaped them, the living ones as they are.
    ///
    /// A child that ends moves from one sum to the other, so a backend's exit between two readings adds nothing that was not used between
    /// them.
    static func cpuSecondsWithChildren(of parent: pid_t) -> Double? {
        // A child that is reaped while the list is read would be in neither sum, so the list is read again when that happened.
        for _ in 0..<20 {
            guard let before = fields(of: parent) else { return nil }
            let living = cpuOfChildren(of: parent)
            guard let after = fields(of: parent) else { return nil }
            if before.reaped == after.reaped { return (after.user + after.system + after.reaped + living) / ticks }
        }
        return nil
    }

    private static func cpuOfChildren(of parent: pid_t) -> Double {
        var sum = 0.0
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let process = pid_t(name), process != parent, let child = fields(of: process), child.parent == parent else { continue }
            sum += child.user + child.system
        }
        return sum
    }

    /// The parent of a process, when its name is this.
    static func parent(of process: pid_t, named name: String) -> pid_t? {
        guard let fields = fields(of: process), fields.name == name else { return nil }
        return fields.parent
    }

    private struct Fields {
        var name: String
        var parent: pid_t
        var user: Double
        var system: Double
        var reaped: Double
    }

    private static let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))

    // The name stands in brackets and may hold anything, so the numbers are counted from the last bracket.
    private static func fields(of process: pid_t) -> Fields? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")")
        else { return nil }
        let rest = text[text.index(after: close)...].split(separator: " ")
        guard rest.count > 14, let parent = pid_t(rest[1]) else { return nil }
        let times = rest[11...14].map { Double($0) ?? 0 }
        return Fields(
            name: String(text[text.index(after: open)..<close]), parent: parent, user: times[0], system: times[1],
            reaped: times[2] + times[3])
    }
}
