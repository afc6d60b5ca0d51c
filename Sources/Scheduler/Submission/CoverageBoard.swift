/// The latest roll call as submissions see it: at most a second old, and asked for anew before anything is refused.
actor CoverageBoard {
    private let call: @Sendable () async throws -> CoverageAnswer
    private let clock = ContinuousClock()
    private var latest: (answer: CoverageAnswer, at: ContinuousClock.Instant)?
    private var running: Task<CoverageAnswer, any Error>?

    init(call: @escaping @Sendable () async throws -> CoverageAnswer) { self.call = call }

    /// The answer, not older than this, and how old it is.
    ///
    /// One that is over half as old is given and asked for anew meanwhile: where submissions are frequent, none waits for a roll call.
    func answer(notOlderThan limit: Duration) async throws -> (answer: CoverageAnswer, age: Duration) {
        if let latest, case let age = latest.at.duration(to: clock.now), age <= limit {
            if age > limit / 2, running == nil { ask() }
            return (latest.answer, age)
        }
        return (try await (running ?? ask()).value, .zero)
    }

    @discardableResult
    private func ask() -> Task<CoverageAnswer, any Error> {
        let task = Task {
            defer { running = nil }
            let began = clock.now
            let answer = try await call()
            latest = (answer, began)
            return answer
        }
        running = task
        return task
    }
}
