/// What Muster wants to reach, and what it did: pure, so that the document cannot flatter.
struct Target: Sendable {
    /// What is measured.
    var measure: String
    /// What is wanted.
    var wanted: String
    /// What was measured; nil when it was not run.
    var measured: String?
    /// Whether the wanted was reached; nil when it was not run.
    var isReached: Bool?
}

/// The targets, in the order of the table.
struct TargetTable: Sendable {
    let results: Results

    /// One row each.
    var targets: [Target] {
        [drain, backlog, limited, submit] + oneByOne + [latency, http] + bloat + [steady, largeParams, idle]
    }

    private var drain: Target {
        rate(
            "drain, one worker process, history kept", "≥ 120,000 tasks/s and ≥ 65 % of the limit",
            results.drain(paramsBytes: 60)
        ) {
            $0 >= 120_000 && $1 ?? 0 >= 0.65
        }
    }

    private var backlog: Target {
        let rows = results.all("backlog")
        let ratios = rows.compactMap { $0.figures["ratio_to_first"] }
        return Target(
            measure: "the same with ten and fifty times as many waiting", wanted: "≥ 90 % of the above",
            measured: ratios.isEmpty
                ? nil
                : rows.filter { $0.figures["ratio_to_first"] != nil }.map { row in
                    let part = row.figures["ratio_to_first"].map(FigureText.percent) ?? "-"
                    return "\(part) at \(FigureText.number(row.settings["backlog"] ?? 0))"
                }.joined(separator: ", "),
            isReached: ratios.isEmpty ? nil : ratios.allSatisfy { $0 >= 0.9 })
    }

    private var limited: Target {
        let part = results.find("drain", ["params_bytes": 60]) { $0.settings["limit"] != nil }?.figures["ratio_to_unlimited"]
        return Target(
            measure: "the same with a limit of the action's concurrency in force", wanted: "≥ 90 % of the rate without",
            measured: part.map(FigureText.percent), isReached: part.map { $0 >= 0.9 })
    }

    private var submit: Target {
        let row = results.find("submit") { !$0.conditions.hasPrefix("the same rows") }
        return rate("bulk submission", "≥ 200,000 tasks/s and ≥ 60 % of COPY into the same tables", row) {
            $0 >= 200_000 && $1 ?? 0 >= 0.6
        }
    }

    private var oneByOne: [Target] {
        [1.0, 16.0].map { clients in
            let row = results.find("one-by-one", ["clients": clients]) { !$0.conditions.hasPrefix("pgbench") }
            return rate(
                "one by one, \(Int(clients)) client\(clients == 1 ? "" : "s")", "≥ 80 % of pgbench doing the same INSERT", row,
                of: "pgbench"
            ) { $1 ?? 0 >= 0.8 }
        }
    }

    private var latency: Target {
        let found = results.find("latency")?.latency
        return Target(
            measure: "submission to handler start, a task every 10 ms on an idle queue", wanted: "p50 ≤ 1.5 ms, p99 ≤ 4 ms",
            measured: found.map { "p50 \(FigureText.number($0.p50)), p99 \(FigureText.number($0.p99)) ms" },
            isReached: found.map { $0.p50 <= 1.5 && $0.p99 <= 4 })
    }

    private var http: Target {
        rate("submissions over HTTP, 16 connections, each committed", "≥ 5,000 a second", results.find("http")) { rate, _ in rate >= 5000 }
    }

    private var bloat: [Target] {
        [("", ["batch": 0.0, "limit": 0]), (", 10 at once", ["batch": 10]), (", a limit in force", ["limit": 10_000])].map {
            words, settings in
            let clean = results.find("bloat", settings.merging(["held": 0]) { $1 })?.rate?.median
            let parts = results.find("bloat", settings.merging(["held": 1]) { $1 })?.parts
            let ratios = clean.flatMap { clean in parts?.map { $0 / clean } }
            return Target(
                measure: "drain with an old snapshot open" + words,
                wanted: "≥ 90 % of the clean rate in each fifth",
                measured: ratios?.map(FigureText.percent).joined(separator: ", "), isReached: ratios?.allSatisfy { $0 >= 0.9 })
        }
    }

    private var steady: Target {
        let slices = results.all("steady").filter { $0.settings["slice"] != nil }
        let worst = slices.compactMap { $0.latency?.p99 }.max()
        let sizes = slices.compactMap { $0.figures["hot_mib"] }
        let claims = slices.compactMap { $0.figures["claim_ms"] }
        let growth = claims.count > 1 && claims[0] > 0 ? claims[claims.count - 1] / claims[0] : nil
        var texts: [String] = []
        if let worst { texts.append("p99 ≤ \(FigureText.number(worst)) ms in each slice") }
        if let largest = sizes.max() { texts.append("hot tables ≤ \(FigureText.number(largest)) MiB") }
        if let growth { texts.append("claim × \(FigureText.number(growth)) from first to last slice") }
        let seconds = results.all("steady").first?.settings["seconds"] ?? 600
        return Target(
            measure: "steady state, 20,000 a second submitted and run together for \(Int(seconds)) s",
            wanted: "p99 ≤ 20 ms throughout, hot tables bounded, no growth of claim time",
            measured: texts.isEmpty ? nil : texts.joined(separator: "; "),
            isReached: worst.map { $0 <= 20 && (growth ?? 1) <= 1.5 })
    }

    private var largeParams: Target {
        rate("drain with params of 2 KB", "≥ 60,000 tasks/s", results.drain(paramsBytes: 2000)) { rate, _ in rate >= 60_000 }
    }

    private var idle: Target {
        let row = results.find("idle")
        guard let row, let statements = row.statementsPerSecond, let memory = row.residentMiB, let cpu = row.figures["cpu_percent"] else {
            return Target(measure: "idle worker", wanted: "≤ 1 statement/s, ≤ 0.5 % of a core, ≤ 60 MiB")
        }
        return Target(
            measure: "idle worker", wanted: "≤ 1 statement/s, ≤ 0.5 % of a core, ≤ 60 MiB",
            measured: "\(FigureText.number(statements)) statements/s, \(FigureText.number(cpu)) %, \(FigureText.number(memory)) MiB",
            isReached: statements <= 1 && cpu <= 0.5 && memory <= 60)
    }

    private func rate(
        _ measure: String, _ wanted: String, _ row: BenchmarkResult?, of other: String = "it", reached: (Double, Double?) -> Bool
    ) -> Target {
        guard let spread = row?.rate else { return Target(measure: measure, wanted: wanted) }
        let part = row?.ofLimit.map { ", \(FigureText.percent($0)) of \(other)" } ?? ""
        return Target(
            measure: measure, wanted: wanted, measured: "\(FigureText.number(spread.median)) (\(FigureText.range(spread)))\(part)",
            isReached: reached(spread.median, row?.ofLimit))
    }
}
