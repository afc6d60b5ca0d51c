/// The latest roll call as submissions see it: at most a second old, and asked for anew before anything is refused.
actor CoverageBoard {
    private let call: @Sendable () async throws -> CoverageAnswer
    private let clock = ContinuousClock()
    private var latest: (answer: CoverageAnswer, at: ContinuousClock.Instant)?
    private var running: Task<CoverageAnswer, any Error>?

    init(call: @escaping @Sendable () async throws -> CoverageAnswer) { self.call = call }

    /// The answer, not older than this.
    func answer(notOlderThan age: Duration) async throws -> CoverageAnswer {
        if let latest, latest.at.duration(to: clock.now) <= age { return latest.answer }
        if let running { return try await running.value }
        let task = Task { try await call() }
        running = task
        defer { running = nil }
        let answer = try await task.value
        latest = (answer, clock.now)
        return answer
    }
}
