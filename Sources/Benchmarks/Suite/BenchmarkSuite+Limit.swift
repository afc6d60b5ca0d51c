extension BenchmarkSuite {
    /// The limit at several batch sizes.
    func limit() async throws -> [BenchmarkResult] {
        var results: [BenchmarkResult] = []
        for batch in options.batch.map({ [$0] }) ?? [1000, 100, 10] {
            // A small batch needs fewer tasks to show its rate.
            let run = limitRun(tasks: options.tasks ?? min(200_000, batch * 2000), batch: batch)
            results.append(limitResult(run, try await repeated(run.words) { try await run.run(on: server) }))
        }
        return results
    }

    /// The limit at one batch size.
    func limitRun(tasks: Int, batch: Int) -> LimitRun {
        LimitRun(tasks: tasks, batch: batch, clients: options.clients ?? 2, paramsBytes: options.paramsBytes)
    }

    /// The row of its runs.
    func limitResult(_ run: LimitRun, _ runs: [RunOutcome]) -> BenchmarkResult {
        BenchmarkResult(
            "limit", "batch \(run.batch), \(run.clients) clients, \(run.tasks) tasks",
            settings: settings(["tasks": run.tasks, "batch": run.batch, "clients": run.clients]), runs: runs)
    }
}

extension LimitRun {
    /// What it is, for a person who waits.
    var words: String { "limit, batch \(batch), \(clients) clients" }
}
