import Foundation

/// The page that shows what was measured: Markdown and its charts, made from reports.
public struct BenchmarkDocument: Sendable {
    private let reports: [BenchmarkReport]
    private let peers: [Peer]
    private let profile: String
    private let results: Results

    /// A page of these reports; of two rows with the same conditions the later report's counts.
    ///
    /// - Parameter profile: what people have found out about the figures, as Markdown with sections of its own; stands before the tables of
    ///   everything
    public init(reports: [BenchmarkReport], peers: [Peer], profile: String = "") {
        self.profile = profile.trimmingCharacters(in: .whitespacesAndNewlines)
        self.reports = reports.sorted { $0.startedAt < $1.startedAt }
        self.peers = peers
        results = Results(rows: self.reports.flatMap(\.results))
    }

    /// The charts, by file name.
    public var charts: [(name: String, svg: String)] { Plots(results: results).charts.map { ("\($0.name).svg", $0.chart.svg) } }

    /// The page.
    public var markdown: String {
        var lines = ["# Benchmarks", "", "<!-- Written by `make bench`; what is written by hand comes from Benchmarks/profile.md. -->", ""]
        lines += [
            "Measured by `make bench`; [how to run them](operations.md#measure-it) and what each means. Rates are tasks a second: the median of",
            "the runs, and in brackets the lowest and the highest. The limit is what the same PostgreSQL does in the same run with claim and finish",
            "written by hand and a client that does nothing else; history is kept, and every claim and every outcome is fenced, in both.",
            "",
        ]
        lines += conditions + ["## Wanted and measured", ""] + targets + [""]
        for (name, chart) in Plots(results: results).charts { lines += ["![\(chart.title)](benchmarks/\(name).svg)", ""] }
        if !peers.isEmpty { lines += ["## Beside other queues", ""] + PeerTable(peers: peers, results: results).lines + [""] }
        if !profile.isEmpty { lines += [profile, ""] }
        lines += ["## Everything measured", ""] + table(results.rows)
        return lines.joined(separator: "\n") + "\n"
    }

    private var conditions: [String] {
        guard let last = reports.last else { return [] }
        let machine = last.machine
        let sync = machine.syncMicroseconds.map { ", 8 KiB made durable in \(FigureText.number($0)) µs" } ?? ""
        let settings = last.server.settings.sorted { $0.key < $1.key }.map { "`\($0.key) = \($0.value)`" }.joined(separator: ", ")
        var lines = [
            "| | |", "|---|---|",
            "| machine | \(machine.processor), \(machine.cores) cores for server and client together, \(FigureText.number(machine.memoryGiB)) GiB\(sync) |",
            "| system | \(machine.system), Linux \(machine.kernel) |",
            "| PostgreSQL | \(last.server.version)\(last.server.isPrivate ? ", started for this" : ""): \(settings); all else default |",
            "| Muster | \(last.version), \(last.build) build, the settings that it ships |",
            "| when | \(Self.day(reports.first?.startedAt)) to \(Self.day(last.startedAt)) |", "",
        ]
        if reports.contains(where: { $0.build == "debug" }) { lines += ["**A debug build took part: the figures say nothing.**", ""] }
        return lines
    }

    private var targets: [String] {
        ["| measure | wanted | measured | |", "|---|---|---|---|"]
            + TargetTable(results: results).targets.map { target in
                let mark = target.isReached.map { $0 ? "reached" : "**missed**" } ?? "not run"
                return "| \(target.measure) | \(target.wanted) | \(target.measured ?? "") | \(mark) |"
            }
    }

    private func table(_ rows: [BenchmarkResult]) -> [String] {
        let heads = [
            "benchmark", "conditions", "tasks/s", "of limit", "p50 / p95 / p99 / max ms", "PostgreSQL µs/task", "WAL B/task",
            "client µs/task",
            "RSS MiB", "statements/s", "more",
        ]
        return ["| " + heads.joined(separator: " | ") + " |", "|---|---|" + String(repeating: "---:|", count: 8) + "---|"]
            + rows.map { row in
                let latency = row.latency.map { [$0.p50, $0.p95, $0.p99, $0.max].map(FigureText.number).joined(separator: " / ") }
                let cells: [String?] = [
                    row.benchmark, row.conditions, row.rate.map { "\(FigureText.number($0.median)) (\(FigureText.range($0)))" },
                    row.ofLimit.map(FigureText.percent), latency, row.serverMicroseconds.map(FigureText.number),
                    row.walBytes.map(FigureText.number), row.clientMicroseconds.map(FigureText.number),
                    row.residentMiB.map(FigureText.number),
                    row.statementsPerSecond.map(FigureText.number), row.notes,
                ]
                return "| " + cells.map { $0 ?? "" }.joined(separator: " | ") + " |"
            }
    }

    private static func day(_ date: Date?) -> String { date?.formatted(.iso8601.year().month().day()) ?? "-" }
}
