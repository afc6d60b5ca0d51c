extension BenchmarkSuite {
    /// Working off what waits, beside the limit, and with a limit of the action in force that is never reached: what counting costs.
    ///
    /// The three take turns, and parts are medians of those turns: a machine that is slow for a while is slow for all of them.
    func drain() async throws -> [BenchmarkResult] {
        let tasks = options.tasks ?? 100_000
        let limitRun = self.limitRun(tasks: tasks, batch: options.batch ?? 1000)
        let run = DrainRun(tasks: tasks, paramsBytes: options.paramsBytes, worker: worker)
        var counting = run
        counting.worker.limit = 10_000
        var runs: (limit: [RunOutcome], free: [RunOutcome], counting: [RunOutcome]) = ([], [], [])
        for turn in 1...max(1, options.repeats) {
            runs.limit += try await repeated("turn \(turn): \(limitRun.words)", times: 1) { try await limitRun.run(on: server) }
            runs.free += try await repeated("turn \(turn): drain, \(tasks) tasks", times: 1) { try await run.run(on: server) }
            runs.counting += try await repeated("turn \(turn): the same, a limit in force", times: 1) { try await counting.run(on: server) }
        }
        // Others on this machine can halve a turn, and few of many; what has become slow is slow in all.
        for turn in 0..<options.furtherTurns where Self.part(of: runs.free, in: runs.limit).map({ $0 < QuickSuite.leastPart }) == true {
            let number = options.repeats + turn + 1
            runs.limit += try await repeated("turn \(number): \(limitRun.words)", times: 1) { try await limitRun.run(on: server) }
            runs.free += try await repeated("turn \(number): drain, \(tasks) tasks", times: 1) { try await run.run(on: server) }
        }
        var free = BenchmarkResult(
            "drain", "\(tasks) tasks, params of \(options.paramsBytes) B", settings: settings(["tasks": tasks]), runs: runs.free)
        free.ofLimit = Self.part(of: runs.free, in: runs.limit)
        var counted = BenchmarkResult(
            "drain", "\(tasks) tasks, a limit of 10,000 in force", settings: settings(["tasks": tasks, "limit": 10_000]),
            runs: runs.counting)
        counted.figures["ratio_to_unlimited"] = Self.part(of: runs.counting, in: runs.free)
        return [free, limitResult(limitRun, runs.limit), counted]
    }

    /// The median part that runs reach of those that were made in turns with them.
    static func part(of runs: [RunOutcome], in others: [RunOutcome]) -> Double? {
        Spread(zip(runs, others).filter { $1.rate > 0 }.map { $0.rate / $1.rate })?.median
    }

    /// Working off the first hundred thousand of more and more.
    ///
    /// The three take turns, each compared with the first of its turn: a machine that is slow for a while is slow for all of them.
    func backlog() async throws -> [BenchmarkResult] {
        let tasks = options.tasks ?? 100_000
        // In all that many wait; a small run has small backlogs.
        let sizes = [tasks, tasks * 10, tasks * 50]
        let runs = try await server.withDatabase { ten in
            try await server.withDatabase { fifty in
                try await backlogTurns(tasks, sizes: Array(zip(sizes, [nil, ten, fifty])))
            }
        }
        return zip(sizes, runs).enumerated().map { place, size in
            var result = BenchmarkResult(
                "backlog", "the first \(tasks) of \(size.0)", settings: settings(["tasks": tasks, "backlog": size.0]), runs: size.1)
            if place > 0 { result.figures["ratio_to_first"] = Self.part(of: size.1, in: runs[0]) }
            return result
        }
    }

    // What waits without a database of its own gets a fresh one in each turn.
    private func backlogTurns(_ tasks: Int, sizes: [(waiting: Int, database: BenchmarkDatabase?)]) async throws -> [[RunOutcome]] {
        for case (let waiting, let database?) in sizes {
            try await database.fill(waiting + tasks * (options.repeats - 1), paramsBytes: options.paramsBytes)
            progress("\(waiting) tasks wait")
        }
        var runs = sizes.map { _ in [RunOutcome]() }
        for turn in 1...max(1, options.repeats) {
            for (place, (waiting, database)) in sizes.enumerated() {
                let run = DrainRun(tasks: tasks, backlog: waiting - tasks, paramsBytes: options.paramsBytes, worker: worker)
                runs[place] += try await repeated("turn \(turn): drain of the first \(tasks), \(waiting) wait", times: 1) {
                    guard let database else { return try await run.run(on: server) }
                    try await database.settle()
                    return try await run.drain(database)
                }
            }
        }
        return runs
    }

    /// Working off with an old snapshot held open from the start, in each fifth of the run; also with small claims, and with a limit of the
    /// action's concurrency in force.
    ///
    /// With and without take turns: a machine that is slow for a while is slow for both.
    func bloat() async throws -> [BenchmarkResult] {
        let tasks = options.tasks ?? 1_000_000
        var results: [BenchmarkResult] = []
        for (batch, limit) in [(nil, nil), (10, nil), (nil, 10_000)] as [(Int?, Int?)] {
            var worker = worker
            worker.claimBatch = batch
            worker.limit = limit
            // Small claims take longer.
            let count = batch == nil && limit == nil ? tasks : max(1, tasks / 5)
            let way = (batch.map { ", claims of \($0)" } ?? "") + (limit == nil ? "" : ", a limit of 10,000 in force")
            var runs: [Bool: [RunOutcome]] = [:]
            for turn in 1...max(1, options.repeats) {
                for held in [false, true] {
                    let run = DrainRun(tasks: count, paramsBytes: options.paramsBytes, worker: worker, holdsSnapshot: held)
                    let words = "turn \(turn): drain, \(count) tasks, \(Self.word(held))\(way)"
                    runs[held, default: []] += try await repeated(words, times: 1) { try await run.run(on: server) }
                }
            }
            for held in [false, true] {
                let settings = settings(["tasks": count, "held": held ? 1 : 0, "batch": batch ?? 0, "limit": limit ?? 0])
                var result = BenchmarkResult(
                    "bloat", "\(count) tasks, \(Self.word(held))\(way)", settings: settings, runs: runs[held] ?? [])
                if held { result.figures["ratio_to_clean"] = Self.part(of: runs[true] ?? [], in: runs[false] ?? []) }
                results.append(result)
            }
        }
        return results
    }

    private static func word(_ held: Bool) -> String { held ? "old snapshot" : "clean" }
}
