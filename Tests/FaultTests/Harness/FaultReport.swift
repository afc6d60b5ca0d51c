import Foundation
import Testing

/// A line of the table: what a fault did to the fleet.
struct FaultRow: Codable, Sendable {
    /// Where it stands in the table.
    var order: Int
    /// What was done.
    var fault: String
    var tasks, lost, cut, repeated, bound: Int
    /// Seconds until the fleet had recovered, and what that means here.
    var recovery: Double?
    var meaning: String
    /// Why it was not run.
    var skipped: String?
}

/// Where lines go: to standard output, and to the file that `make faults` makes its table from.
enum FaultReport {
    /// Whether the whole suite is wanted, rather than the short form.
    static let isWhole = ProcessInfo.processInfo.environment["MUSTER_FAULTS"] == "all"

    /// Notes a fault and fails the test where a promise was broken.
    static func note(
        _ order: Int, _ fault: String, _ judgement: Judgement, bound: Int = 0, recovery: Duration? = nil, _ meaning: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let seconds = recovery.map { Double($0.components.seconds) + Double($0.components.attoseconds) / 1e18 }
        try write(
            FaultRow(
                order: order, fault: fault, tasks: judgement.tasks, lost: judgement.lost, cut: judgement.cut, repeated: judgement.repeated,
                bound: bound, recovery: seconds, meaning: meaning))
        for violation in judgement.violations.prefix(20) { Issue.record("\(fault): \(violation)", sourceLocation: sourceLocation) }
        #expect(judgement.tasks > 0, "\(fault): nothing was submitted", sourceLocation: sourceLocation)
    }

    /// Notes a fault that cannot be made here.
    static func skip(_ order: Int, _ fault: String, because reason: String) throws {
        try write(
            FaultRow(
                order: order, fault: fault, tasks: 0, lost: 0, cut: 0, repeated: 0, bound: 0, recovery: nil, meaning: "", skipped: reason))
    }

    private static func write(_ row: FaultRow) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let line = try encoder.encode(row) + Data("\n".utf8)
        print("fault: \(String(decoding: line, as: UTF8.self))", terminator: "")
        guard let path = ProcessInfo.processInfo.environment["MUSTER_FAULTS_ROWS"] else { return }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(descriptor) }
        // One write of a short line: tests beside this one do not come between.
        _ = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
