/// Every benchmark once and small, so that none of them rots, and a guard: drain must reach half the limit measured in the same run.
public struct QuickSuite: Sendable {
    /// The part of the limit below which the guard fails.
    public static let leastPart = 0.5

    /// What is small for one kind; the turns of drain and its limit are what the guard rests on: three, and up to nine before it fails.
    public static func options(of kind: BenchmarkKind) -> BenchmarkOptions {
        var options = BenchmarkOptions()
        options.repeats = 1
        switch kind {
        case .limit:
            options.tasks = 5000
            options.batch = 10
        case .submit: options.tasks = 50_000
        case .oneByOne, .http: options.seconds = 1
        case .drain:
            options.tasks = 100_000
            options.repeats = 3
            options.furtherTurns = 6
        case .backlog: options.tasks = 5000
        case .bloat: options.tasks = 20_000
        case .latency, .idle: options.seconds = 3
        case .steady:
            options.seconds = 5
            options.tasks = 2000
        }
        return options
    }

    /// What the guard says; nil when all is well.
    public static func complaint(about results: [BenchmarkResult]) -> String? {
        guard let drain = results.first(where: { $0.benchmark == "drain" }), let part = drain.ofLimit, let rate = drain.rate else {
            return "Drain was not measured beside the limit."
        }
        guard part < leastPart else { return nil }
        return
            "Drain reaches \(FigureText.number(rate.median)) tasks/s, \(FigureText.percent(part)) of the limit measured in the same run; "
            + "less than \(FigureText.percent(leastPart)) means that something on its way has become slow. "
            + "`muster bench drain` shows claims, CPU and statements."
    }
}
