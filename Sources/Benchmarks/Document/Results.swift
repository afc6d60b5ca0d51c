/// The rows of several invocations, to be looked up by what they measure.
struct Results: Sendable {
    let rows: [BenchmarkResult]

    /// The row of a benchmark whose settings have these values; nil when it was not run.
    func find(_ benchmark: String, _ settings: [String: Double] = [:], where fits: (BenchmarkResult) -> Bool = { _ in true })
        -> BenchmarkResult?
    {
        rows.last { row in
            row.benchmark == benchmark && fits(row) && settings.allSatisfy { row.settings[$0.key] == $0.value }
        }
    }

    /// The drain with params of this size, as it ships: without a limit in force.
    func drain(paramsBytes: Int) -> BenchmarkResult? {
        find("drain", ["params_bytes": Double(paramsBytes)]) { $0.settings["limit"] == nil }
    }

    /// All rows of a benchmark, in order.
    func all(_ benchmark: String) -> [BenchmarkResult] { rows.filter { $0.benchmark == benchmark } }
}
