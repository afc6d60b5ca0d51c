import Benchmarks
import Foundation

/// A report as people read it.
enum BenchTable {
    /// Machine and server, then one row for each measurement.
    static func lines(_ report: BenchmarkReport, on terminal: Terminal) -> [String] {
        let machine = report.machine
        let sync = machine.syncMicroseconds.map { ", fdatasync \(Int($0)) µs" } ?? ""
        let settings = report.server.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        let head = [
            "\(machine.processor), \(machine.cores) cores, \(number(machine.memoryGiB)) GiB\(sync), Linux \(machine.kernel), \(machine.system)",
            "PostgreSQL \(report.server.version)\(report.server.isPrivate ? " (private)" : ""): \(settings)",
            "muster \(report.version), \(report.build) build",
            "",
        ]
        return head.map(InertText.make) + table(report.results).lines(on: terminal)
    }

    /// The rows.
    static func table(_ results: [BenchmarkResult]) -> Table {
        Table(
            columns: [.init("BENCHMARK"), .init("CONDITIONS")]
                + [
                    "TASKS/S", "RANGE", "OF LIMIT", "P50 MS", "P95", "P99", "MAX", "PG µS/TASK", "WAL B/TASK", "CLIENT µS/TASK", "RSS MIB",
                    "STMT/S",
                ]
                .map { .init($0, isRight: true) },
            rows: results.map { result in
                let texts: [String?] = [
                    result.rate.map { number($0.median) }, result.rate.map { "\(number($0.lowest))–\(number($0.highest))" },
                    result.ofLimit.map { "\(Int(($0 * 100).rounded())) %" }, result.latency.map { number($0.p50) },
                    result.latency.map { number($0.p95) }, result.latency.map { number($0.p99) }, result.latency.map { number($0.max) },
                    result.serverMicroseconds.map(number), result.walBytes.map(number), result.clientMicroseconds.map(number),
                    result.residentMiB.map(number), result.statementsPerSecond.map(number),
                ]
                return [.init(result.benchmark), .init(result.conditions)] + texts.map { Table.Cell($0 ?? "") }
            })
    }

    /// Three digits or all whole ones, thousands set apart.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        let digits = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : 2
        let text = String(format: "%.\(digits)f", value)
        guard digits == 0 else { return text }
        var grouped = ""
        for (index, character) in text.reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3), character != "-" { grouped.append(",") }
            grouped.append(character)
        }
        return String(grouped.reversed())
    }
}
