extension BenchmarkSuite {
    /// The limit at several batch sizes.
    func limit() async throws -> [BenchmarkResult] {
        var results: [BenchmarkResult] = []
        for batch in options.batch.map({ [$0] }) ?? [1000, 100, 10] {
            // A small batch needs fewer tasks to show its rate.
            let tasks = options.tasks ?? min(200_000, batch * 2000)
            results.append(try await limit(tasks: tasks, batch: batch))
        }
        return results
    }

    /// The limit at one batch size.
    func limit(tasks: Int, batch: Int) async throws -> BenchmarkResult {
        let clients = options.clients ?? 2
        let run = LimitRun(tasks: tasks, batch: batch, clients: clients, paramsBytes: options.paramsBytes)
        let runs = try await repeated("limit, batch \(batch), \(clients) clients") { try await run.run(on: server) }
        return BenchmarkResult(
            "limit", "batch \(batch), \(clients) clients, \(tasks) tasks",
            settings: settings(["tasks": tasks, "batch": batch, "clients": clients]), runs: runs)
    }
}
