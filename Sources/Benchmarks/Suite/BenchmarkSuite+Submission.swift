extension BenchmarkSuite {
    /// Bulk submission, and the same rows by COPY.
    func submit() async throws -> [BenchmarkResult] {
        let tasks = options.tasks ?? 200_000
        let batch = options.batch ?? 10_000
        let clients = options.clients ?? 2
        let run = SubmitRun(tasks: tasks, batch: batch, clients: clients, paramsBytes: options.paramsBytes)
        var copies: [RunOutcome] = []
        let runs = try await repeated("submit, \(clients) clients, \(batch) a call") {
            try await server.withDatabase { database in
                let outcome = try await run.run(database)
                let copy = try await CopyRun(batch: batch, clients: clients).run(database)
                progress("the same rows by COPY: \(Int(copy.rate)) tasks/s")
                copies.append(copy)
                return outcome
            }
        }
        let conditions = settings(["tasks": tasks, "batch": batch, "clients": clients])
        let words = "\(tasks) tasks, \(batch) a call, \(clients) clients"
        let limit = BenchmarkResult("submit", "the same rows by COPY, \(words)", settings: conditions, runs: copies)
        var result = BenchmarkResult("submit", words, settings: conditions, runs: runs)
        result.ofLimit = ratio(result, limit)
        return [result, limit]
    }

    /// Single submissions by one client and by sixteen, between two runs of pgbench that does the same.
    func oneByOne() async throws -> [BenchmarkResult] {
        let seconds = options.seconds ?? 5
        var results: [BenchmarkResult] = []
        for clients in options.clients.map({ [$0] }) ?? [1, 16] {
            let run = OneByOneRun(clients: clients, seconds: seconds, paramsBytes: options.paramsBytes)
            var delays = Durations()
            var measures: [Double] = []
            let runs = try await repeated("one by one, \(clients) clients") {
                try await server.withDatabase { database in
                    // Before and after: where a flush takes twice as long from one second to the next, a run that follows says little.
                    var first: Double?
                    let (outcome, counted) = try await run.run(database) { first = try await pgbenchRate(clients, over: seconds, database) }
                    delays.add(counted)
                    if let first, let second = try await pgbenchRate(clients, over: seconds, database) {
                        measures.append((first + second) / 2)
                    }
                    return outcome
                }
            }
            let conditions = settings(["clients": clients, "seconds": seconds])
            var result = BenchmarkResult("one-by-one", "\(clients) clients", settings: conditions, runs: runs)
            result.latency = delays.percentiles
            results.append(result)
            guard let spread = Spread(measures) else { continue }
            var measure = BenchmarkResult("one-by-one", "pgbench, \(clients) clients", settings: conditions)
            measure.rate = spread
            results[results.count - 1].ofLimit = ratio(result, measure)
            results.append(measure)
        }
        return results
    }

    // Half of the time; nil when it is not installed.
    private func pgbenchRate(_ clients: Int, over seconds: Int, _ database: BenchmarkDatabase) async throws -> Double? {
        guard let pgbench = Pgbench.find() else { return nil }
        let script = PgbenchScript.insert(paramsBytes: options.paramsBytes)
        let rate = try await pgbench.rate(script, clients: clients, seconds: max(1, seconds / 2), conninfo: database.conninfo)
        progress("pgbench, \(clients) clients: \(Int(rate)) tasks/s")
        return rate
    }

    /// Submissions over HTTP on sixteen connections, each answered after its commit.
    func http() async throws -> [BenchmarkResult] {
        let seconds = options.seconds ?? 5
        let connections = options.clients ?? 16
        var delays = Durations()
        let runs = try await repeated("http, \(connections) connections") {
            try await server.withDatabase { database in
                let (outcome, counted) = try await HTTPRun(connections: connections, seconds: seconds).run(database, withHTTPTarget)
                delays.add(counted)
                return outcome
            }
        }
        var result = BenchmarkResult(
            "http", "\(connections) connections", settings: settings(["clients": connections, "seconds": seconds]), runs: runs)
        result.latency = delays.percentiles
        return [result]
    }

    /// What part of another row's rate this one's is.
    func ratio(_ result: BenchmarkResult, _ limit: BenchmarkResult) -> Double? {
        guard let mine = result.rate?.median, let other = limit.rate?.median, other > 0 else { return nil }
        return mine / other
    }
}
