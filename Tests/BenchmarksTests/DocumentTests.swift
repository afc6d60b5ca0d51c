import Foundation
import Testing

@testable import Benchmarks

@Suite struct `The page of benchmarks` {
    private func row(_ benchmark: String, _ settings: [String: Double] = [:], rate: Double? = nil, ofLimit: Double? = nil)
        -> BenchmarkResult
    {
        var row = BenchmarkResult(benchmark, "conditions", settings: settings)
        row.rate = rate.flatMap { Spread([$0]) }
        row.ofLimit = ofLimit
        return row
    }

    private func report(_ rows: [BenchmarkResult], build: String = "release") -> BenchmarkReport {
        BenchmarkReport(
            startedAt: Date(timeIntervalSince1970: 1_800_000_000),
            machine: MachineDescription(processor: "P", cores: 2, memoryGiB: 4, kernel: "6", system: "S", syncMicroseconds: 100),
            server: ServerDescription(version: "15", isPrivate: true, settings: ["fsync": "on"]), build: build, version: "1", results: rows)
    }

    private func target(_ measure: String, _ rows: [BenchmarkResult]) throws -> Target {
        try #require(TargetTable(results: Results(rows: rows)).targets.first { $0.measure.hasPrefix(measure) })
    }

    @Test func `a target that was not run says so`() throws {
        #expect(TargetTable(results: Results(rows: [])).targets.allSatisfy { $0.measured == nil && $0.isReached == nil })
    }

    @Test func `drain needs the rate and the part of the limit`() throws {
        let settings = ["params_bytes": 60.0]
        #expect(try target("drain, one", [row("drain", settings, rate: 130_000, ofLimit: 0.7)]).isReached == true)
        #expect(try target("drain, one", [row("drain", settings, rate: 130_000, ofLimit: 0.5)]).isReached == false)
        #expect(try target("drain, one", [row("drain", settings, rate: 110_000, ofLimit: 0.9)]).isReached == false)
    }

    @Test func `one weak fifth is a miss`() throws {
        var held = row("bloat", ["held": 1, "batch": 0, "limit": 0], rate: 100)
        let clean = row("bloat", ["held": 0, "batch": 0, "limit": 0], rate: 100)
        held.parts = [100, 95, 95, 95, 95]
        #expect(try target("drain with an old snapshot", [clean, held]).isReached == true)
        held.parts = [100, 95, 89, 95, 95]
        #expect(try target("drain with an old snapshot", [clean, held]).isReached == false)
    }

    @Test func `one slow slice is a miss`() throws {
        func slice(_ number: Double, p99: Double, claim: Double) -> BenchmarkResult {
            var slice = row("steady", ["slice": number])
            slice.latency = Percentiles(p50: 1, p95: 2, p99: p99, max: 50, count: 9)
            slice.figures = ["hot_mib": 3, "claim_ms": claim]
            return slice
        }
        #expect(try target("steady", [slice(1, p99: 19, claim: 1), slice(2, p99: 19, claim: 1.2)]).isReached == true)
        #expect(try target("steady", [slice(1, p99: 19, claim: 1), slice(2, p99: 21, claim: 1)]).isReached == false)
        #expect(try target("steady", [slice(1, p99: 9, claim: 1), slice(2, p99: 9, claim: 2)]).isReached == false)
    }

    @Test func `what people have written about the figures is part of the page`() {
        let page = BenchmarkDocument(reports: [report([row("drain", rate: 5)])], peers: [], profile: "## What limits it\n\nThe disk.\n")
            .markdown
        #expect(page.contains("\n## What limits it\n\nThe disk.\n\n## Everything measured\n"))
    }

    @Test func `the drain of the table is the one without a limit in force, and that one has a row of its own`() throws {
        var limited = row("drain", ["params_bytes": 60, "limit": 10_000], rate: 90_000)
        limited.figures["ratio_to_unlimited"] = 0.75
        let rows = [row("drain", ["params_bytes": 60], rate: 120_000, ofLimit: 0.7), limited]
        #expect(try target("drain, one", rows).isReached == true)
        #expect(try target("the same with a limit", rows).isReached == false)
    }

    @Test func `a debug build is shouted about`() {
        #expect(
            BenchmarkDocument(reports: [report([], build: "debug")], peers: []).markdown.contains("debug build took part"))
    }

    @Test func `peers stand beside Muster, the fastest first, and say when they were measured elsewhere`() throws {
        let peers = [
            Peer(name: "slow", conditions: "c", drain: Spread([10]), isElsewhere: true),
            Peer(name: "fast", conditions: "c", drain: Spread([1000]), isElsewhere: false),
        ]
        let lines = PeerTable(peers: peers, results: Results(rows: [row("drain", ["params_bytes": 60], rate: 100)])).lines
        #expect(lines[2].contains("fast") && lines[3].contains("Muster") && lines[4].contains("slow (measured elsewhere)"))
    }

    @Test func `the figures measured elsewhere are peers`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Benchmarks/peers/elsewhere.json")
        let peers = try JSONDecoder().decode([Peer].self, from: Data(contentsOf: file))
        #expect(peers.count == 2 && peers.allSatisfy { $0.isElsewhere && $0.drain != nil && $0.latency != nil })
    }

    @Test func `a chart is well-formed, has both grounds, and escapes what it shows`() throws {
        let chart = LineChart(
            title: "a < b & c", unit: "tasks", categories: ["1", "2"],
            lines: [.init(name: "x", values: [1, 3]), .init(name: "y", values: [nil, 2], isReference: true)])
        let svg = chart.svg
        #expect(svg.contains("a &lt; b &amp; c") && svg.contains("prefers-color-scheme: dark"))
        #expect(svg.components(separatedBy: "<circle").count == 3 && svg.components(separatedBy: "stroke-dasharray").count == 2)
        #expect(svg.range(of: "[^a-z](nan|inf)[^a-z]", options: .regularExpression) == nil)
    }

    @Test(arguments: [(0.3, 0.4), (1, 1), (1.1, 2), (130_000, 200_000), (790_000, 800_000), (900, 1000)])
    func `the top of a chart is a round number`(value: Double, top: Double) { #expect(abs(LineChart.roundUp(value) - top) < 1e-9) }

    @Test func `a report survives its JSON`() throws {
        let encoder = JSONEncoder()
        let before = report([row("drain", ["tasks": 5], rate: 7, ofLimit: 0.5)])
        let data = try encoder.encode(before)
        let after = try JSONDecoder().decode(BenchmarkReport.self, from: data)
        #expect(after.results == before.results && after.machine == before.machine && after.server == before.server)
        let text = String(decoding: data, as: UTF8.self)
        for key in ["ratio_to_limit", "started_at", "memory_gib", "fdatasync_us", "median"] { #expect(text.contains("\"\(key)\"")) }
    }
}

@Suite struct `The guard` {
    private func results(_ part: Double?) -> [BenchmarkResult] {
        var drain = BenchmarkResult("drain", "x")
        drain.rate = Spread([50_000])
        drain.ofLimit = part
        return [drain]
    }

    @Test func `half the limit passes, less does not, and neither does nothing`() {
        #expect(QuickSuite.complaint(about: results(0.5)) == nil)
        #expect(QuickSuite.complaint(about: results(0.49))?.contains("49 %") == true)
        #expect(QuickSuite.complaint(about: results(nil)) != nil)
        #expect(QuickSuite.complaint(about: []) != nil)
    }
}
