extension BenchmarkSuite {
    /// Working off what waits, and the limit in the same run.
    func drain() async throws -> [BenchmarkResult] {
        let tasks = options.tasks ?? 100_000
        let limit = try await limit(tasks: max(tasks, 1), batch: options.batch ?? 1000)
        let run = DrainRun(tasks: tasks, paramsBytes: options.paramsBytes, worker: worker)
        let runs = try await repeated("drain, \(tasks) tasks") { try await run.run(on: server) }
        var result = BenchmarkResult(
            "drain", "\(tasks) tasks, params of \(options.paramsBytes) B", settings: settings(["tasks": tasks]), runs: runs)
        result.ofLimit = ratio(result, limit)
        return [result, limit, try await limited(tasks, beside: result)]
    }

    /// The same drain with a limit in force that is never reached: what counting costs.
    private func limited(_ tasks: Int, beside free: BenchmarkResult) async throws -> BenchmarkResult {
        var worker = worker
        worker.limit = 10_000
        let run = DrainRun(tasks: tasks, paramsBytes: options.paramsBytes, worker: worker)
        let runs = try await repeated("drain, \(tasks) tasks, a limit in force") { try await run.run(on: server) }
        var result = BenchmarkResult(
            "drain", "\(tasks) tasks, a limit of 10,000 in force", settings: settings(["tasks": tasks, "limit": 10_000]), runs: runs)
        result.figures["ratio_to_unlimited"] = ratio(result, free)
        return result
    }

    /// Working off the first hundred thousand of more and more.
    func backlog() async throws -> [BenchmarkResult] {
        let tasks = options.tasks ?? 100_000
        var results: [BenchmarkResult] = []
        // In all that many wait; a small run has small backlogs.
        for waiting in [tasks, tasks * 10, tasks * 50] {
            let runs: [RunOutcome]
            if waiting == tasks {
                let run = DrainRun(tasks: tasks, paramsBytes: options.paramsBytes, worker: worker)
                runs = try await repeated("drain, \(waiting) wait") { try await run.run(on: server) }
            } else {
                runs = try await server.withDatabase { database in
                    try await database.fill(waiting + tasks * (options.repeats - 1), paramsBytes: options.paramsBytes)
                    progress("\(waiting) tasks wait")
                    let run = DrainRun(tasks: tasks, backlog: waiting - tasks, paramsBytes: options.paramsBytes, worker: worker)
                    return try await repeated("drain of the first \(tasks), \(waiting) wait") {
                        try await database.settle()
                        return try await run.drain(database)
                    }
                }
            }
            var result = BenchmarkResult(
                "backlog", "the first \(tasks) of \(waiting)", settings: settings(["tasks": tasks, "backlog": waiting]), runs: runs)
            if let first = results.first { result.figures["ratio_to_first"] = ratio(result, first) }
            results.append(result)
        }
        return results
    }

    /// Working off with an old snapshot held open from the start, in each fifth of the run; also with small claims.
    func bloat() async throws -> [BenchmarkResult] {
        let tasks = options.tasks ?? 1_000_000
        var results: [BenchmarkResult] = []
        for batch in [nil, 10] as [Int?] {
            var worker = worker
            worker.claimBatch = batch
            // Small claims take longer.
            let count = batch == nil ? tasks : max(1, tasks / 5)
            var clean: BenchmarkResult?
            for held in [false, true] {
                let run = DrainRun(tasks: count, paramsBytes: options.paramsBytes, worker: worker, holdsSnapshot: held)
                let words = "\(count) tasks, \(held ? "old snapshot" : "clean")" + (batch.map { ", claims of \($0)" } ?? "")
                let runs = try await repeated("drain, \(words)") { try await run.run(on: server) }
                var result = BenchmarkResult(
                    "bloat", words, settings: settings(["tasks": count, "held": held ? 1 : 0, "batch": batch ?? 0]), runs: runs)
                if let clean { result.figures["ratio_to_clean"] = ratio(result, clean) } else { clean = result }
                results.append(result)
            }
        }
        return results
    }
}
