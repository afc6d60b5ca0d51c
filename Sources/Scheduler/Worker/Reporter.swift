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
    }

    private struct State {
        var waiting: [Ended] = []
        var inFlight: [Ended] = []
    }

    private let state = Mutex(State())
    private let added = Signal()
    private let settled = Signal()
    private let client: PostgresClient
    private let events: any EventSink
    private let builds: [ActionName: String]
    private let onSettled: @Sendable () -> Void

    /// Outcomes in one statement.
    private static let batchLimit = 1000
    /// Outcomes that may wait before no more tasks are claimed.
    private static let waitingLimit = 5000

    /// - Parameters:
    ///   - builds: how the store names this build's reading of each action's params: version, a space, schema digest
    ///   - onSettled: called when outcomes have been stored
    init(client: PostgresClient, events: any EventSink, builds: [ActionName: String], onSettled: @escaping @Sendable () -> Void) {
        self.client = client
        self.events = events
        self.builds = builds
        self.onSettled = onSettled
    }

    func add(_ ended: Ended) {
        state.withLock { $0.waiting.append(ended) }
        added.set()
    }

    var isFull: Bool { state.withLock { $0.waiting.count + $0.inFlight.count >= Self.waitingLimit } }

    var isIdle: Bool { state.withLock { $0.waiting.isEmpty && $0.inFlight.isEmpty } }

    /// Attempts that have ended and that the store has perhaps not been told of.
    var unreported: [LiveAttempt] { state.withLock { ($0.waiting + $0.inFlight).map(\.attempt) } }

    /// Reports until cancelled.
    func run() async {
        var backoff = Backoff()
        while !Task.isCancelled {
            let batch = take()
            guard !batch.isEmpty else {
                await added.wait(timeout: .seconds(60))
                continue
            }
            do {
                try await report(batch)
                backoff.reset()
                state.withLock { $0.inFlight = [] }
                settled.set()
                onSettled()
            } catch {
                giveBack(batch)
                events.record(.databaseTrouble(doing: "reporting outcomes", reason: "\(error)"))
                try? await ContinuousClock().sleep(for: backoff.next())
            }
        }
    }

    /// Waits until everything is reported, at most so long.
    func waitUntilIdle(atMost timeout: Duration) async {
        let end = ContinuousClock.now.advanced(by: timeout)
        while !isIdle, ContinuousClock.now < end { await settled.wait(timeout: min(.milliseconds(100), timeout)) }
    }

    private func take() -> [Ended] {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(Self.batchLimit))
            state.waiting.removeFirst(batch.count)
            state.inFlight = batch
            return batch
        }
    }

    private func giveBack(_ batch: [Ended]) {
        state.withLock { state in
            state.waiting.insert(contentsOf: batch, at: 0)
            state.inFlight = []
        }
    }

    // One statement a kind and incarnation. A part that was written before an error finds no claims the next time, which is right.
    private func report(_ batch: [Ended]) async throws {
        for (incarnation, ended) in Dictionary(grouping: batch, by: \.attempt.fence.incarnation) {
            do {
                try await report(ended, of: incarnation)
            } catch let error as PostgresError where Self.isAboutTheRow(error) {
                // One outcome that the server refuses must not hold up the others.
                for one in ended { try await reportAlone(one, of: incarnation) }
            }
        }
    }

    // Only what the server says of the values themselves: everything else (a full disk, say) passes, and is tried again.
    private static func isAboutTheRow(_ error: PostgresError) -> Bool {
        guard error.code == .server, let state = error.sqlState else { return false }
        return ["22", "23", "54"].contains { state.hasPrefix($0) }
    }

    private func reportAlone(_ ended: Ended, of incarnation: UUID) async throws {
        do {
            try await report([ended], of: incarnation)
        } catch let error as PostgresError where Self.isAboutTheRow(error) {
            events.record(.outcomeRefused(id: ended.attempt.id, action: ended.attempt.action, reason: error.message))
            var plain = ended
            plain.verdict = .end(status: .failed, result: nil, error: "Its outcome could not be stored: \(error.message)")
            try await report([plain], of: incarnation)
        }
    }

    private func report(_ ended: [Ended], of incarnation: UUID) async throws {
        var finals: [EndAttempts.Item] = []
        var later: [DeferAttempts.Item] = []
        var written: Set<Int64> = []
        for one in ended {
            let fence = one.attempt.fence
            switch one.verdict {
            case .end(let status, let result, let error):
                finals.append(
                    EndAttempts.Item(
                        id: fence.id, attempt: fence.attempt, status: status.rawValue,
                        result: result.map { String(decoding: $0.utf8, as: UTF8.self) }, error: error, holdsKeys: one.attempt.holdsKeys,
                        isKeyed: one.attempt.isKeyed))
            case .later(let outcome, let wait, let error):
                later.append(
                    DeferAttempts.Item(
                        id: fence.id, attempt: fence.attempt, outcome: outcome, waitMilliseconds: wait.milliseconds, error: error))
            case .park(let note):
                let build = builds[one.attempt.action] ?? "unknown"
                let park = ParkAttempt(incarnation: incarnation, id: fence.id, attempt: fence.attempt, unreadBy: build, note: note)
                written.formUnion(try await client.execute(park))
            }
        }
        if !finals.isEmpty { written.formUnion(try await Endings(incarnation: incarnation, items: finals).write(to: client)) }
        if !later.isEmpty { written.formUnion(try await client.execute(DeferAttempts(incarnation: incarnation, items: later))) }
        for one in ended { tell(one, isWritten: written.contains(one.attempt.fence.id)) }
    }

    private func tell(_ ended: Ended, isWritten: Bool) {
        let attempt = ended.attempt
        guard isWritten else {
            return events.record(.claimLost(id: attempt.id, action: attempt.action, attempt: Int(attempt.fence.attempt)))
        }
        let outcome =
            switch ended.verdict {
            case .end(let status, _, _): status.rawValue
            case .later(let outcome, _, _): outcome
            case .park: "parked"
            }
        events.record(
            .attemptEnded(
                id: attempt.id, action: attempt.action, attempt: Int(attempt.fence.attempt), outcome: outcome,
                seconds: attempt.startedAt.duration(to: .now).secondsAsDouble))
    }
}
