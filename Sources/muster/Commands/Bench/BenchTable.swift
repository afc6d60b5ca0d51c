import Benchmarks

/// A report as people read it.
enum BenchTable {
    /// Machine and server, then one row for each measurement.
    static func lines(_ report: BenchmarkReport, on terminal: Terminal) -> [String] {
        let machine = report.machine
        let sync = machine.syncMicroseconds.map { ", fdatasync \(Int($0)) µs" } ?? ""
        let settings = report.server.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        let head = [
            "\(machine.processor), \(machine.cores) cores, \(FigureText.number(machine.memoryGiB)) GiB\(sync), Linux \(machine.kernel), \(machine.system)",
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
                .map { .init($0, isRight: true) } + [.init("MORE")],
            rows: results.map { result in
                let texts: [String?] = [
                    result.rate.map { FigureText.number($0.median) }, result.rate.map(FigureText.range),
                    result.ofLimit.map(FigureText.percent), result.latency.map { FigureText.number($0.p50) },
                    result.latency.map { FigureText.number($0.p95) }, result.latency.map { FigureText.number($0.p99) },
                    result.latency.map { FigureText.number($0.max) },
                    result.serverMicroseconds.map(FigureText.number), result.walBytes.map(FigureText.number),
                    result.clientMicroseconds.map(FigureText.number),
                    result.residentMiB.map(FigureText.number), result.statementsPerSecond.map(FigureText.number), result.notes,
                ]
                return [.init(result.benchmark), .init(result.conditions)] + texts.map { Table.Cell($0 ?? "") }
            })
    }
}
