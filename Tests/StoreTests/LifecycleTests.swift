import Foundation
import SchedulerTesting
import Testing

@testable import Scheduler

/// Each row of the table in `docs/lifecycle.md`, driven on a real database: where the task ends up and which counters move.
@Suite(.timeLimit(.minutes(3)))
struct LifecycleTests {
    /// One row of the table.
    struct Row: Sendable, CustomTestStringConvertible {
        var from: String
        var event: String
        var to: String
        var counts: String

        var testDescription: String { "\(from): \(event)" }

        /// The statuses that a cell names, in order.
        static func statuses(in cell: String) -> [TaskStatus] {
            cell.matches(of: /`([a-z]+)`/).compactMap { TaskStatus(rawValue: String($0.output.1)) }
        }
    }

    private static let document = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/lifecycle.md")

    static func rows() throws -> [Row] {
        let text = try String(contentsOf: document, encoding: .utf8)
        let table = text.split(separator: "\n").drop { $0 != "| from | event | to | counts |" }.dropFirst(2).prefix { $0.hasPrefix("|") }
        return table.map { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            return Row(from: cells[1], event: cells[2], to: cells[3], counts: cells[4])
        }
    }

    @Test func `every row of the table is driven here, and nothing else`() throws {
        let documented = try Self.rows().map { "\($0.from): \($0.event)" }
        #expect(documented.count > 20)
        let driven = LifecycleDrive.all.map { "\($0.from): \($0.event)" }
        #expect(Set(documented).subtracting(driven).isEmpty, "add what drives the new row to LifecycleDrive")
        #expect(Set(driven).subtracting(documented).isEmpty, "the table has no such row any more")
    }

    @Test(arguments: try rows())
    func `the store does what the table says`(row: Row) async throws {  // I3, I5, I8
        let drive = try #require(LifecycleDrive.all.first { $0.from == row.from && $0.event == row.event })
        try await withLifecycle(topology: drive.topology) { bench in
            let (before, after) = try await drive.run(bench)
            if let from = Row.statuses(in: row.from).first { #expect(before?.status == from) }
            if let to = Row.statuses(in: row.to).last {
                #expect(after?.status == to)
            } else {
                #expect(after == nil || after?.status == before?.status)
            }
            if let after { Self.check(after, since: before, row) }
        }
    }

    private static func check(_ after: TaskRecord, since before: TaskRecord?, _ row: Row) {
        let given = row.counts.contains("attempt is given back") ? -1 : row.counts == "attempt" ? 1 : 0
        #expect(after.attempt - (before?.attempt ?? 0) == given, "attempt")
        #expect(after.interruptions - (before?.interruptions ?? 0) == (row.counts.contains("interruptions") ? 1 : 0), "interruptions")
        if row.counts.contains("begin again") {
            #expect(after.failures == 0 && after.crashes == 0)
            #expect((before?.failures ?? 0) + (before?.crashes ?? 0) > 0)
            #expect(after.progress == before?.progress && after.progress != nil)
        } else {
            #expect(after.failures - (before?.failures ?? 0) == (row.counts.contains("failures") ? 1 : 0), "failures")
            #expect(after.crashes - (before?.crashes ?? 0) == (row.counts.contains("crashes") ? 1 : 0), "crashes")
        }
        if row.to.contains("due now") { #expect(after.runAt <= Date(timeIntervalSinceNow: 1)) }
        if row.to.contains("after ") { #expect(after.runAt.timeIntervalSinceNow > 60) }
        if let reason = row.to.firstMatch(of: /reason `([a-z_]+)`/) {
            #expect(after.reason?.hasPrefix(String(reason.output.1)) == true)
        }
        if row.to.contains("quarantined") { #expect(after.error?.hasPrefix("Quarantined") == true) }
    }

    @Test func `a cancel request does not outlive the attempt that it was for`() async throws {
        try await withLifecycle(topology: Topology()) { bench in
            let id = try await bench.submit()
            let fence = try await bench.claim(id)
            #expect(try await bench.scheduler.cancel(id, requestedBy: "a person") == .requested)
            try await bench.report(.end(status: .failed, result: nil, error: "quicker than the request"), fence)
            #expect(try await bench.scheduler.retry(id) == .scheduled)
            _ = try await bench.claim(id)
            let beat = try await bench.client.execute(Beat(incarnation: bench.process, deadAfter: .seconds(20)))
            #expect(beat.map(\.toCancel) == [[]])
        }
    }
}
