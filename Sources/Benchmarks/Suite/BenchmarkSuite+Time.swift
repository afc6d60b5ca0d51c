extension BenchmarkSuite {
    /// From the start of the submitting call to the start of the handler, one task every ten milliseconds.
    func latency() async throws -> [BenchmarkResult] {
        let seconds = options.seconds ?? 20
        var delays = Durations()
        var medians: [Double] = []
        let run = LatencyRun(seconds: seconds, paramsBytes: options.paramsBytes, worker: worker)
        for number in 1...options.repeats {
            let counted = try await server.withDatabase { try await run.run($0) }
            let percentiles = counted.percentiles
            progress("latency, run \(number): p50 \(percentiles?.p50 ?? 0) ms, p99 \(percentiles?.p99 ?? 0) ms")
            if let percentiles { medians.append(percentiles.p50) }
            delays.add(counted)
        }
        var result = BenchmarkResult("latency", "a task every 10 ms, idle queue", settings: settings(["seconds": seconds]))
        result.latency = delays.percentiles
        if let spread = Spread(medians) {
            result.figures["p50_lowest"] = spread.lowest
            result.figures["p50_highest"] = spread.highest
        }
        return [result]
    }

    /// Submitting and working off at the same time, told in ten slices.
    func steady() async throws -> [BenchmarkResult] {
        let seconds = options.seconds ?? 600
        let perSecond = options.tasks ?? 20_000
        let slices = min(10, seconds)
        let run = SteadyRun(perSecond: perSecond, seconds: seconds, slices: slices, paramsBytes: options.paramsBytes, worker: worker)
        let outcome = try await server.withDatabase { try await run.run($0) }
        let conditions = settings(["per_second": perSecond, "seconds": seconds])
        var whole = BenchmarkResult("steady", "\(perSecond) a second for \(seconds) s", settings: conditions, runs: [outcome.run])
        whole.latency = outcome.delays.percentiles
        whole.figures["submitter_lag_ms"] = outcome.lag
        let parts = outcome.slices.enumerated().map { number, slice in
            var part = BenchmarkResult(
                "steady", "slice \(number + 1) of \(slices)", settings: conditions.merging(["slice": Double(number + 1)]) { $1 })
            part.latency = slice.delays
            part.figures["hot_mib"] = slice.hotMiB
            part.figures["claim_ms"] = slice.claimMilliseconds
            return part
        }
        return [whole] + parts
    }

    /// What a worker costs that has nothing to do.
    func idle() async throws -> [BenchmarkResult] {
        let seconds = options.seconds ?? 20
        let outcome = try await server.withDatabase { try await IdleRun(seconds: seconds, worker: worker).run($0) }
        var result = BenchmarkResult("idle", "\(seconds) s", settings: settings(["seconds": seconds]))
        result.statementsPerSecond = outcome.statementsPerSecond
        result.residentMiB = outcome.residentMiB
        result.figures["cpu_percent"] = outcome.cpuPercent
        result.figures["server_cpu_percent"] = outcome.serverCPUPercent
        return [result]
    }
}
