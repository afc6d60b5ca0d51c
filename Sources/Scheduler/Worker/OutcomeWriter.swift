import Foundation
import Postgres

/// Writes outcomes, and tells of what was written.
struct OutcomeWriter: Sendable {
    let client: PostgresClient
    let events: any EventSink
    /// How the store names this build's reading of each action's params.
    let builds: [ActionName: String]

    /// Writes how attempts ended, by the statement that each kind of end has; what the store then knows is added to `settled`.
    ///
    /// A part that was written before an error finds no claims the next time, which is right.
    func write(_ ended: [Reporter.Ended], _ settled: inout Reporter.Settled) async throws {
        guard let incarnation = ended.first?.attempt.fence.incarnation else { return }
        guard ended.contains(where: { $0.attempt.fence.incarnation != incarnation }) else {
            return try await write(ended, of: incarnation, &settled)
        }
        // Some ended before the process fenced itself and joined anew.
        for (incarnation, some) in Dictionary(grouping: ended, by: \.attempt.fence.incarnation) {
            try await write(some, of: incarnation, &settled)
        }
    }

    private func write(_ ended: [Reporter.Ended], of incarnation: UUID, _ settled: inout Reporter.Settled) async throws {
        var finals = Endings(incarnation: incarnation)
        var later: [DeferAttempts.Item] = []
        var parked: [ParkAttempts.Item] = []
        var written: [Int64] = []
        for one in ended {
            let fence = one.attempt.fence
            switch one.verdict {
            case .end(let status, let result, let error): finals.add(one.attempt, status: status, result: result, error: error)
            case .later(let outcome, let wait, let error):
                later.append(
                    DeferAttempts.Item(
                        id: fence.id, attempt: fence.attempt, runAt: one.attempt.claim.runAt, outcome: outcome,
                        waitMilliseconds: wait.milliseconds, error: error))
            case .park(let note):
                parked.append(
                    ParkAttempts.Item(
                        id: fence.id, attempt: fence.attempt, runAt: one.attempt.claim.runAt,
                        unreadBy: builds[one.attempt.action] ?? "unknown", note: note))
            }
        }
        if !finals.isEmpty { written += try await finals.write(to: client) }
        if !later.isEmpty { written += try await client.execute(DeferAttempts(incarnation: incarnation, items: later)) }
        if !parked.isEmpty { written += try await client.execute(ParkAttempts(incarnation: incarnation, items: parked)) }
        // Nearly always everything is written, and nothing has to be looked up.
        let found = written.count == ended.count ? nil : Set(written)
        tell(ended, &settled) { found?.contains($0) ?? true }
    }

    private func tell(_ ended: [Reporter.Ended], _ settled: inout Reporter.Settled, isWritten: (Int64) -> Bool) {
        var released = 0
        let now = ContinuousClock.now
        settled.attempts += ended.map(\.attempt)
        var told: [SchedulerEvent] = []
        told.reserveCapacity(ended.count)
        for one in ended {
            let attempt = one.attempt
            guard isWritten(attempt.fence.id) else {
                told.append(.claimLost(id: attempt.id, action: attempt.action, attempt: Int(attempt.fence.attempt)))
                continue
            }
            guard one.hasBegun else {
                released += 1
                settled.goesOn = true
                continue
            }
            let (outcome, reason): (String, String?)
            switch one.verdict {
            case .end(let status, _, let error): (outcome, reason) = (status.rawValue, error)
            case .later(let name, _, let error):
                (outcome, reason) = (name, error)
                settled.goesOn = true
            case .park(let note):
                (outcome, reason) = ("parked", note)
                settled.hasParked = true
            }
            told.append(
                .attemptEnded(
                    id: attempt.id, action: attempt.action, attempt: Int(attempt.fence.attempt), outcome: outcome,
                    seconds: attempt.beganAt.duration(to: now).secondsAsDouble, reason: reason))
        }
        events.record(told)
        if released > 0 { events.record(.released(count: released)) }
        settled.released += released
    }
}
