/// The charts of the document, each with the name of its file.
struct Plots: Sendable {
    let results: Results

    /// Those for which there are figures.
    var charts: [(name: String, chart: LineChart)] {
        var charts: [(name: String, chart: LineChart)] = []
        if let backlog { charts.append(("backlog", backlog)) }
        if let snapshot { charts.append(("snapshot", snapshot)) }
        if let latency { charts.append(("latency", latency)) }
        if let steady { charts.append(("steady", steady)) }
        return charts
    }

    private var backlog: LineChart? {
        let rows = results.all("backlog").filter { $0.rate != nil }
        guard !rows.isEmpty else { return nil }
        var lines = [LineChart.Line(name: "drain of the first tasks", values: rows.map { $0.rate?.median })]
        if let limit = results.find("limit", ["batch": 1000, "params_bytes": 60])?.rate?.median {
            lines.append(.init(name: "the limit, nothing behind", values: rows.map { _ in limit }, isReference: true))
        }
        return LineChart(
            title: "Throughput against backlog", unit: "tasks a second",
            categories: rows.map { "\(FigureText.number($0.settings["backlog"] ?? 0)) wait" }, lines: lines)
    }

    private var snapshot: LineChart? {
        let rows = results.all("bloat").filter { $0.parts?.isEmpty == false }
        guard let parts = rows.first?.parts?.count else { return nil }
        return LineChart(
            title: "Throughput with an old snapshot held open", unit: "tasks a second",
            categories: (1...parts).map { "\($0) of \(parts)" },
            lines: rows.map { row in
                let way = row.settings["batch"] == 10 ? ", 10 at once" : row.settings["limit"] == 10_000 ? ", a limit in force" : ""
                let isHeld = row.settings["held"] == 1
                return .init(
                    name: (isHeld ? "old snapshot" : "clean") + way, values: (row.parts ?? []).map { $0 }, isReference: !isHeld)
            })
    }

    private var latency: LineChart? {
        guard let found = results.find("latency")?.latency else { return nil }
        return LineChart(
            title: "Submission to handler start, idle queue", unit: "milliseconds", categories: ["p50", "p95", "p99", "max"],
            lines: [.init(name: "a task every 10 ms", values: [found.p50, found.p95, found.p99, found.max])])
    }

    private var steady: LineChart? {
        let slices = results.all("steady").filter { $0.settings["slice"] != nil }
        guard !slices.isEmpty else { return nil }
        let rate = FigureText.number(slices[0].settings["per_second"] ?? 0)
        return LineChart(
            title: "Submission to handler start, \(rate) a second submitted and run", unit: "milliseconds",
            categories: slices.indices.map { "\($0 + 1)" },
            lines: [
                .init(name: "p50", values: slices.map { $0.latency?.p50 }), .init(name: "p99", values: slices.map { $0.latency?.p99 }),
            ])
    }
}
