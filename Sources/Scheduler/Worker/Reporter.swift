import Foundation
import Postgres
import Synchronization

/// Tells the store how attempts ended: whatever has collected while the last statement was on its way goes into the next one.
///
/// While the database is away outcomes wait here, and the claimer takes nothing new (``isFull``). An outcome whose claim is gone by then
/// is dropped: somebody else has the task (I4).
final class Reporter: Sendable {
    /// How one attempt ended.
    struct Ended: Sendable {
        var attempt: LiveAttempt
        var verdict: Verdict
        /// False for a claim that is given back without having been used.
        var hasBegun = true
    }

    /// What a written batch means to others.
    struct Settled: Sendable {
        /// What the store knows now.
        var attempts: [LiveAttempt]
        /// Tasks went on: at once or later.
        var goesOn = false
        /// Tasks were parked, because this build cannot read their params.
        var hasParked = false
        /// Claims that were given back unused.
        var released = 0
    }

    private struct State {
        var waiting: [Ended] = []
        /// How many of the waiting were taken.
        var taken = 0
        var inFlight = 0

        /// Whether so much waits that nothing more is to be claimed.
        var isFull: Bool { waiting.count - taken + inFlight >= Reporter.waitingLimit }
    }

    private let state = Mutex(State())
    private let added = Signal()
    private let settled = Signal()
    private let client: PostgresClient
    private let events: any EventSink
    private let builds: [ActionName: String]

    /// Outcomes in one statement.
    private static let batchLimit = 1000
    /// Outcomes that may wait before no more tasks are claimed.
    static let waitingLimit = 5000

    /// The outcome that gives a task back as if it had never been claimed: no attempt, no interruption, no line of history (I5).
    static let untouched = "snoozed"

    /// - Parameter builds: how the store names this build's reading of each action's params: version, a space, schema digest
    init(client: PostgresClient, events: any EventSink, builds: [ActionName: String]) {
        self.client = client
        self.events = events
        self.builds = builds
    }

    func add(_ ended: Ended) {
        let isFirst = state.withLock { state in
            state.waiting.append(ended)
            return state.waiting.count - state.taken == 1
        }
        if isFirst { added.set() }
    }

    /// Whether so much waits that nothing more is to be claimed.
    var isFull: Bool { state.withLock { $0.isFull } }

    var isIdle: Bool { state.withLock { $0.waiting.count == $0.taken && $0.inFlight == 0 } }

    /// Reports until cancelled.
    ///
    /// - Parameters:
    ///   - onReported: called with what has been stored, before anybody learns that nothing waits
    ///   - onRoom: called whenever outcomes were stored while so many waited that nothing was claimed
    func run(onReported: (Settled) -> Void, onRoom: () -> Void) async {
        var backoff = Backoff()
        var batch: [Ended] = []
        while !Task.isCancelled {
            if batch.isEmpty { batch = take() }
            guard !batch.isEmpty else {
                await added.wait(timeout: .seconds(60))
                continue
            }
            do {
                var told = Settled(attempts: batch.map(\.attempt))
                for attempt in told.attempts { attempt.report() }
                try await report(batch, &told)
                backoff.reset()
                batch = []
                onReported(told)
                // Asked in the same moment: it may have become full while the statement was on its way, and whoever found it full waits.
                let wasFull = state.withLock { state in
                    defer { state.inFlight = 0 }
                    return state.isFull
                }
                if wasFull { onRoom() }
                settled.set()
            } catch {
                events.record(.databaseTrouble(doing: "reporting outcomes", reason: "\(error)"))
                try? await ContinuousClock().sleep(for: backoff.next())
            }
        }
    }

    /// Waits until everything is reported, at most so long.
    func waitUntilIdle(atMost timeout: Duration) async { _ = await wait(atMost: timeout) { isIdle } }

    /// Waits for something that reports bring about, at most so long.
    ///
    /// - Returns: whether it has come about.
    func wait(atMost timeout: Duration, until isSo: () -> Bool) async -> Bool {
        let end = ContinuousClock.now.advanced(by: timeout)
        while !isSo() {
            guard ContinuousClock.now < end, !Task.isCancelled else { return false }
            await settled.wait(timeout: min(.milliseconds(100), timeout))
        }
        return true
    }

    private func take() -> [Ended] {
        state.withLock { state in
            let end = min(state.taken + Self.batchLimit, state.waiting.count)
            let batch = Array(state.waiting[state.taken..<end])
            state.taken = end
            if end == state.waiting.count {
                state.waiting.removeAll(keepingCapacity: true)
                state.taken = 0
            } else if end >= Self.waitingLimit {
                state.waiting.removeFirst(end)
                state.taken = 0
            }
            state.inFlight = batch.count
            return batch
        }
    }

    // A part that was written before an error finds no claims the next time, which is right.
    private func report(_ batch: [Ended], _ settled: inout Settled) async throws {
        guard let incarnation = batch.first?.attempt.fence.incarnation else { return }
        guard batch.contains(where: { $0.attempt.fence.incarnation != incarnation }) else {
            return try await reportTogether(batch, of: incarnation, &settled)
        }
        // Some ended before the process fenced itself and joined anew.
        for (incarnation, ended) in Dictionary(grouping: batch, by: \.attempt.fence.incarnation) {
            try await reportTogether(ended, of: incarnation, &settled)
        }
    }

    private func reportTogether(_ ended: [Ended], of incarnation: UUID, _ settled: inout Settled) async throws {
        do {
            try await report(ended, of: incarnation, &settled)
        } catch let error as PostgresError where Self.isAboutTheRow(error) {
            // One outcome that the server refuses must not hold up the others.
            for one in ended { try await reportAlone(one, of: incarnation, &settled) }
        }
    }

    // Only what the server says of the values themselves: everything else (a full disk, say) passes, and is tried again.
    private static func isAboutTheRow(_ error: PostgresError) -> Bool {
        guard error.code == .server, let state = error.sqlState else { return false }
        return ["22", "23", "54"].contains { state.hasPrefix($0) }
    }

    private func reportAlone(_ ended: Ended, of incarnation: UUID, _ settled: inout Settled) async throws {
        do {
            try await report([ended], of: incarnation, &settled)
        } catch let error as PostgresError where Self.isAboutTheRow(error) {
            events.record(.outcomeRefused(id: ended.attempt.id, action: ended.attempt.action, reason: error.message))
            var plain = ended
            plain.verdict = .end(status: .failed, result: nil, error: "Its outcome could not be stored: \(error.message)")
            try await report([plain], of: incarnation, &settled)
        }
    }

    private func report(_ ended: [Ended], of incarnation: UUID, _ settled: inout Settled) async throws {
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

    private func tell(_ ended: [Ended], _ settled: inout Settled, isWritten: (Int64) -> Bool) {
        var released = 0
        let now = ContinuousClock.now
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
            let outcome: String
            switch one.verdict {
            case .end(let status, _, _): outcome = status.rawValue
            case .later(let name, _, _):
                outcome = name
                settled.goesOn = true
            case .park:
                outcome = "parked"
                settled.hasParked = true
            }
            told.append(
                .attemptEnded(
                    id: attempt.id, action: attempt.action, attempt: Int(attempt.fence.attempt), outcome: outcome,
                    seconds: attempt.beganAt.duration(to: now).secondsAsDouble))
        }
        events.record(told)
        if released > 0 { events.record(.released(count: released)) }
        settled.released += released
    }
}
