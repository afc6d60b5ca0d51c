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
        /// How many were refused and are tried again apart from the others.
        var aside = 0

        /// Whether so much waits that nothing more is to be claimed.
        var isFull: Bool { waiting.count - taken + inFlight + aside >= Reporter.waitingLimit }
    }

    private let state = Mutex(State())
    private let added = Signal()
    private let settled = Signal()
    private let writer: OutcomeWriter
    private let events: any EventSink
    private let mood: DatabaseMood

    /// Outcomes in one statement.
    private static let batchLimit = 1000
    /// Outcomes that may wait before no more tasks are claimed.
    static let waitingLimit = 5000

    /// The outcome that gives a task back as if it had never been claimed: no attempt, no interruption, no line of history (I5).
    static let untouched = "snoozed"

    /// - Parameter builds: how the store names this build's reading of each action's params: version, a space, schema digest
    init(client: PostgresClient, events: any EventSink, builds: [ActionName: String], mood: DatabaseMood = DatabaseMood()) {
        writer = OutcomeWriter(client: client, events: events, builds: builds)
        self.events = events
        self.mood = mood
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
        var aside = OutcomesAside()
        while !Task.isCancelled {
            if batch.isEmpty { batch = take() }
            let due = aside.due(at: .now)
            guard !batch.isEmpty || !due.isEmpty else {
                await added.wait(timeout: aside.untilDue(at: .now) ?? .seconds(60))
                continue
            }
            var told = Settled(attempts: [])
            do {
                for one in batch { one.attempt.report() }
                if !batch.isEmpty { try await write(&batch, &aside, &told) }
                for number in due { try await aside.tryAgain(number, writer, &told) }
                backoff.reset()
                // Where all that was tried was refused, nothing is stored, although the database answers.
                if told.attempts.isEmpty, aside.count > 0 { mood.failed(.reporting) } else { mood.went(.reporting) }
                settle(told, left: 0, aside.count, onReported, onRoom)
            } catch {
                mood.failed(.reporting)
                events.record(.databaseTrouble(doing: "reporting outcomes", reason: "\(error)"))
                if !told.attempts.isEmpty { settle(told, left: batch.count, aside.count, onReported, onRoom) }
                try? await ContinuousClock().sleep(for: backoff.next())
            }
        }
    }

    private func settle(_ told: Settled, left: Int, _ aside: Int, _ onReported: (Settled) -> Void, _ onRoom: () -> Void) {
        onReported(told)
        // Asked in the same moment: it may have become full while the statement was on its way, and whoever found it full waits.
        let wasFull = state.withLock { state in
            defer { (state.inFlight, state.aside) = (left, aside) }
            return state.isFull
        }
        if wasFull { onRoom() }
        settled.set()
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

    // One outcome that the server refuses must not hold up the others: refused together, they are written one by one.
    private func write(_ batch: inout [Ended], _ aside: inout OutcomesAside, _ told: inout Settled) async throws {
        do {
            try await writer.write(batch, &told)
            aside.taken += batch.count
            return batch = []
        } catch let error as PostgresError where OutcomesAside.isRefusal(error) {
            if batch.count == 1 {
                try await aside.add(batch[0], error, writer, &told)
                return batch = []
            }
        }
        while let one = batch.first {
            do {
                try await writer.write([one], &told)
                aside.taken += 1
            } catch let error as PostgresError where OutcomesAside.isRefusal(error) {
                try await aside.add(one, error, writer, &told)
            }
            batch.removeFirst()
        }
    }
}
