import Scheduler

/// The roll call as the readiness probe sees it: at most a second old, and called once however many ask.
///
/// The probe is open to everybody; without this, anybody's requests would queue up before the submissions in the same pool of connections.
actor SharedRoll {
    private let call: @Sendable () async throws -> RollCallReport
    private let clock = ContinuousClock()
    private var latest: (report: RollCallReport, at: ContinuousClock.Instant)?
    private var running: Task<RollCallReport, any Error>?

    init(_ call: @escaping @Sendable () async throws -> RollCallReport) { self.call = call }

    /// What the last roll call found.
    ///
    /// - Throws: what the call throws, to all that waited for it; nothing is remembered then.
    func report() async throws -> RollCallReport {
        if let latest, latest.at.duration(to: clock.now) <= .seconds(1) { return latest.report }
        if let running { return try await running.value }
        let task = Task { [call] in try await call() }
        running = task
        defer { running = nil }
        let report = try await task.value
        latest = (report, clock.now)
        return report
    }
}
