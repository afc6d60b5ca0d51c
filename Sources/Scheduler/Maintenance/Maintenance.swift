import Postgres
public import ServiceLifecycle

/// What keeps the whole running: takes back tasks of the dead, parks and unparks, sweeps.
///
/// Every process may run it; each duty's turn goes to whoever takes it first, so nothing depends on one of them.
public struct Maintenance: Service {
    private let scheduler: TaskScheduler
    private let membership: Membership
    private let attempts: LiveAttempts

    /// Maintenance by the process of this worker.
    public init(worker: Worker) {
        scheduler = worker.scheduler
        membership = worker.membership
        attempts = worker.attempts
    }

    /// Does duties until shut down.
    public func run() async throws {
        // Every duty can be cut anywhere: each of its statements is whole by itself.
        let work = Task { await duties() }
        try? await gracefulShutdown()
        work.cancel()
        // A database that says nothing must not hold up the exit.
        await Task { await Patience.first(within: .seconds(1), else: ()) { await work.value } }.value
    }

    /// How often the roll is called although nothing has changed, as far as is known: a hint can be lost.
    private static let rollInterval = Duration.seconds(120)
    /// How often claims without a live owner are looked for although no process has ended of late, as far as is known.
    private static let reclaimInterval = Duration.seconds(60)
    private static let sweepInterval = Duration.seconds(300)
    private static let vacuumInterval = Duration.seconds(5)

    private var settings: SchedulerSettings { scheduler.settings }

    /// What is remembered from one round to the next.
    private struct Memory {
        var neighbours: [ListNeighbours.Row] = []
        var findings: [Finding]?
        /// Whether some action has no process that can run it: then its grace period has to be watched.
        var hasGaps = false
        var reclaimedAllAt: ContinuousClock.Instant?
        /// How many attempts had ended here when it last looked for dead rows.
        var endedAtVacuum: Int?
    }

    // An idle process asks the database for nothing here: its heartbeat says what is due, and whether a neighbour lives is seen locally.
    private func duties() async {
        var memory = Memory()
        while !Task.isCancelled {
            scheduler.duties.timed = timed(memory)
            await scheduler.duties.wait(atMost: settings.heartbeatInterval / 2)
            if Task.isCancelled { return }
            let (due, hasRollChanged) = scheduler.duties.take()
            await lookAfterNeighbours(&memory, anew: hasRollChanged)
            if due.contains("reclaim") {
                let isAllDue = memory.reclaimedAllAt.map { $0.duration(to: .now) >= Self.reclaimInterval } ?? true
                let done: Void? = await duty("reclaim", every: settings.heartbeatInterval / 4) {
                    try await scheduler.bury(known: nil, mayJudge: membership.mayJudge, always: isAllDue)
                }
                if done != nil, isAllDue { memory.reclaimedAllAt = .now }
            }
            if hasRollChanged || due.contains("roll_call") { await callRoll(&memory, isForced: hasRollChanged) }
            if due.contains("cancel") {
                await duty("cancel", every: settings.heartbeatInterval / 4) { try await scheduler.cancelMissed() }
            }
            if due.contains("vacuum") {
                memory.endedAtVacuum = attempts.count.ended
                await duty("vacuum", every: Self.vacuumInterval) { try await scheduler.vacuumHotTables() }
            }
            if due.contains("sweep") { await duty("sweep", every: Self.sweepInterval) { try await scheduler.sweep() } }
        }
    }

    private func timed(_ memory: Memory) -> [TimedDuty] {
        [
            TimedDuty(name: "roll_call", interval: memory.hasGaps ? settings.heartbeatInterval / 2 : Self.rollInterval),
            TimedDuty(name: "reclaim", interval: Self.reclaimInterval),
            TimedDuty(name: "sweep", interval: Self.sweepInterval),
            // Who does nothing leaves no dead rows behind; a last look is for others.
            TimedDuty(
                name: "vacuum", interval: attempts.count.ended == memory.endedAtVacuum ? Self.sweepInterval : Self.vacuumInterval),
        ]
    }

    private func lookAfterNeighbours(_ memory: inout Memory, anew: Bool) async {
        let identity = membership.identity
        if anew {
            memory.neighbours = await trying("listing the neighbours") { try await scheduler.neighbours(of: identity) } ?? memory.neighbours
        }
        guard memory.neighbours.contains(where: { identity.isGone(pid: $0.pid, place: identity.place) }) else { return }
        memory.neighbours =
            await trying("looking after the neighbours") {
                try await scheduler.buryNeighbours(of: identity)
                return try await scheduler.neighbours(of: identity)
            } ?? memory.neighbours
    }

    // Whoever has the turn parks and unparks; everybody tells what it finds.
    private func callRoll(_ memory: inout Memory, isForced: Bool) async {
        let interval = isForced ? .zero : timed(memory)[0].interval
        let called = await duty("roll_call", every: interval) { try await scheduler.parkAndUnpark() }
        let seen: RollCallReport?
        if let called { seen = called.report } else { seen = await trying("calling the roll") { try await scheduler.rollCall() } }
        guard let report = seen else { return }
        // An action that no build knows has no row of coverage: whoever had the turn knows whether its tasks are still to be parked.
        memory.hasGaps = report.coverage.contains { $0.state == .uncovered } || called?.awaitsGrace == true
        guard report.findings != memory.findings else { return }
        memory.findings = report.findings
        scheduler.events.record(.rollCalled(findings: report.findings))
    }

    /// Does a duty if it is this process's turn.
    ///
    /// - Returns: nil when it was somebody else's turn, or the duty failed.
    @discardableResult
    private func duty<Result: Sendable>(
        _ name: String, every interval: Duration, _ work: @escaping @Sendable () async throws -> Result
    ) async -> Result? {
        await trying("the duty \(name)") { () -> Result? in
            let turn = TakeTurn(duty: name, incarnation: membership.incarnation, interval: interval)
            guard try await !scheduler.client.execute(turn).isEmpty else { return nil }
            do {
                return try await work()
            } catch {
                // Whoever beats next sees that it is due; a process that dies here leaves the turn to the next interval.
                _ = try? await scheduler.client.execute(GiveTurnBack(duty: name, incarnation: membership.incarnation))
                throw error
            }
        } ?? nil
    }

    private func trying<Result: Sendable>(_ doing: String, _ work: @escaping @Sendable () async throws -> Result) async -> Result? {
        do {
            return try await withTimeout(.seconds(60), work)
        } catch is CancellationError {
            return nil
        } catch {
            scheduler.events.record(.databaseTrouble(doing: doing, reason: "\(error)"))
            return nil
        }
    }
}
