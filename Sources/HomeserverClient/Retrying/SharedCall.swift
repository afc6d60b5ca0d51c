/// Makes one call for all who ask while it is on its way.
actor SharedCall<Answer: Sendable> {
    private var running: Task<Answer, any Error>?

    /// Joins the call that is on its way, or makes it.
    func callAsFunction(_ call: @Sendable @escaping () async throws -> Answer) async throws -> Answer {
        if let running { return try await running.value }
        let mine = Task { try await call() }
        running = mine
        defer { running = nil }
        return try await mine.value
    }
}
