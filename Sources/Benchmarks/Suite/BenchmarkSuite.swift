import Foundation

/// Runs benchmarks on one server, each with its repeats, and makes rows of them.
public struct BenchmarkSuite: Sendable {
    let server: BenchmarkServer
    let options: BenchmarkOptions
    /// Told what happens, for a person who waits.
    let progress: @Sendable (String) -> Void
    /// Starts a process that takes submissions over HTTP, lends it and stops it.
    let withHTTPTarget: HTTPTargetSource

    /// Lends a Muster process that answers over HTTP and works on the database of a connection string.
    public typealias HTTPTargetSource =
        @Sendable (_ conninfo: String, _ body: @escaping @Sendable (HTTPTarget) async throws -> Void) async throws -> Void

    /// A suite with what the caller chose.
    public init(
        server: BenchmarkServer, options: BenchmarkOptions, withHTTPTarget: @escaping HTTPTargetSource,
        progress: @escaping @Sendable (String) -> Void
    ) {
        self.server = server
        self.options = options
        self.withHTTPTarget = withHTTPTarget
        self.progress = progress
    }

    /// Runs one kind.
    public func run(_ kind: BenchmarkKind) async throws -> [BenchmarkResult] {
        switch kind {
        case .limit: try await limit()
        case .submit: try await submit()
        case .oneByOne: try await oneByOne()
        case .drain: try await drain()
        case .backlog: try await backlog()
        case .bloat: try await bloat()
        case .latency: try await latency()
        case .steady: try await steady()
        case .http: try await http()
        case .idle: try await idle()
        }
    }

    /// Runs a measurement as often as was asked and says what came of each.
    func repeated(_ what: String, times: Int? = nil, _ run: () async throws -> RunOutcome) async throws -> [RunOutcome] {
        var outcomes: [RunOutcome] = []
        for number in 1...max(1, times ?? options.repeats) {
            let outcome = try await run()
            progress("\(what), run \(number): \(Int(outcome.rate)) tasks/s")
            outcomes.append(outcome)
        }
        return outcomes
    }

    /// The conditions that every row has, and further ones.
    func settings(_ further: [String: Int]) -> [String: Double] {
        var settings = ["params_bytes": Double(options.paramsBytes), "work_ms": Double(options.workMilliseconds)]
        if let concurrency = options.concurrency { settings["concurrency"] = Double(concurrency) }
        for (name, value) in further { settings[name] = Double(value) }
        return settings
    }

    /// A worker as it is shipped but for what the caller chose.
    var worker: WorkerOptions {
        var worker = WorkerOptions()
        worker.workMilliseconds = options.workMilliseconds
        worker.concurrency = options.concurrency
        return worker
    }
}
