/// Submissions over HTTP, each answered after its commit; the server is a process of its own that runs nothing.
struct HTTPRun: Sendable {
    var connections: Int
    var seconds: Int

    /// Starts a process, warms it up and submits for the given time.
    func run(_ database: BenchmarkDatabase, _ withTarget: BenchmarkSuite.HTTPTargetSource) async throws -> (RunOutcome, Durations) {
        let result = Handover<(RunOutcome, Durations)>()
        try await withTarget(database.conninfo) { target in
            _ = try await HTTPLoad(connections: connections, seconds: 1).run(target, numbersFrom: 0)
            let before = try await ServerUsage.read(database)
            let cpuBefore = ProcessUsage.cpuSeconds(of: target.process) ?? 0
            let (delays, took) = try await HTTPLoad(connections: connections, seconds: seconds).run(target, numbersFrom: 100_000_000)
            let cpuAfter = ProcessUsage.cpuSeconds(of: target.process) ?? 0
            let resident = ProcessUsage.residentMiB(of: target.process)
            let after = try await ServerUsage.read(database)
            var outcome = RunOutcome(tasks: delays.count, seconds: took, from: before, to: after, clientSeconds: cpuAfter - cpuBefore)
            outcome.residentMiB = resident
            result.put((outcome, delays))
        }
        guard let value = result.value else { throw BenchmarkError("The process for the HTTP benchmark was not lent.") }
        return value
    }
}
