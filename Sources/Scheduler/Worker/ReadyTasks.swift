import Foundation
import Postgres
import Synchronization

/// What is ready for this process, as the store has it: looks, promotes what has become due, claims; and remembers where to begin.
///
/// Looks and claims follow one another; a full look may be on its way beside them, so that however much it has to walk over, claims go on.
final class ReadyTasks: Sendable {
    /// What a look found.
    struct Look: Sendable {
        /// Whether tasks are ready for this process.
        var anyReady: Bool
        /// When to look again at the latest: a deferred task is due then, or a full look; nil when nothing is known of.
        var again: Duration?
    }

    private struct State {
        var floor = ClaimFloor()
        var due = DueFloor()
        var budget = LookBudget()
        var isLooking = false
        var pause = LimitPause()
        /// The lines that the last wide claim took from, and when it was.
        var near: [ClaimLine] = []
        var wideAt: ContinuousClock.Instant?
    }

    private let claims: PostgresClient
    private let limited: LimitedClaims
    private let client: PostgresClient
    private let settings: SchedulerSettings
    private let numbers: ActionNumbers
    private let state = Mutex(State())

    /// How many deferred tasks are made ready in one statement.
    private static let promotionLimit = 1000
    /// For so long a claim may ask only the lines that the last one was filled from; then better ones may have tasks.
    private static let nearness = Duration.milliseconds(5)

    /// - Parameters:
    ///   - claims: the connection for claims, and for looks between them
    ///   - client: the one for everything else
    ///   - settings: the limits among them
    init(claims: PostgresClient, client: PostgresClient, settings: SchedulerSettings, numbers: ActionNumbers) {
        self.claims = claims
        limited = LimitedClaims(claims: claims)
        self.client = client
        self.settings = settings
        self.numbers = numbers
    }

    /// A slot may have become free somewhere.
    func hint() { state.withLock { $0.pause.hint() } }

    /// Looks whether anything is ready, and makes ready what has become due.
    ///
    /// Whoever finds nothing looks once more after a full look is due: only that one may say that nothing is left.
    ///
    /// - Parameter belowCrashes: tasks that saw so many processes die do not count
    func look(at actions: [Int16], belowCrashes: Int16) async throws -> Look {
        let began = ContinuousClock.now
        let isFull = state.withLock { $0.budget.wait(at: began) == .zero && !$0.isLooking }
        // On the connection for claims, which does nothing else meanwhile: an idle process needs no other.
        let (anyReady, nextDue, again) = try await find(actions, isFull: isFull, belowCrashes, on: claims)
        if let nextDue, nextDue <= .zero {
            let promoted = try await client.execute(
                PromoteDue(limit: Self.promotionLimit, from: state.withLock { $0.due.runAt }))
            state.withLock { state in
                for start in promoted { state.floor.lower(to: start) }
                state.near = []
            }
            return Look(anyReady: anyReady || promoted.contains { actions.contains($0.line.action) }, again: .zero)
        }
        let full = isFull || anyReady ? nil : state.withLock { $0.budget.wait(at: .now) }
        return Look(anyReady: anyReady, again: [again, full].compactMap { $0 }.min())
    }

    /// Claims at most so many tasks, in order; fewer than asked for means that nothing is left above the floor, or others hold it.
    ///
    /// - Parameter belowCrashes: tasks that saw so many processes die are left
    func claim(of actions: [Int16], limit: Int, incarnation: UUID, belowCrashes: Int16) async throws -> [ClaimTasks.Row] {
        let open = state.withLock { state in actions.filter { state.pause.allows($0, at: .now) } }
        guard !open.isEmpty, limit > 0 else { return [] }
        beginFullLook(actions, belowCrashes)
        let all = ClaimLine.all(of: open)
        let near = state.withLock { state in
            state.wideAt.map { $0.duration(to: .now) < Self.nearness } ?? false ? state.near.filter(Set(all).contains) : []
        }
        var rows: [ClaimTasks.Row] = []
        if !near.isEmpty { rows = try await claim(from: near, limit, incarnation, belowCrashes) }
        guard rows.count < limit else { return rows }
        let wide = try await claim(from: all, limit - rows.count, incarnation, belowCrashes)
        state.withLock { state in
            state.near = rows.count + wide.count < limit ? [] : Self.lines(of: wide)
            state.wideAt = .now
        }
        return rows + wide
    }

    private func claim(
        from lines: [ClaimLine], _ limit: Int, _ incarnation: UUID, _ belowCrashes: Int16
    ) async throws -> [ClaimTasks.Row] {
        let starts = state.withLock { $0.floor.starts(in: lines) }
        let claim = ClaimTasks(
            starts: starts, limit: limit, incarnation: incarnation, deadAfter: settings.deadAfter, belowCrashes: belowCrashes)
        let limits = try await limits()
        guard lines.contains(where: { limits[$0.action] != nil }) else { return took(try await claims.execute(claim)) }
        let outcome = try await limited.claim(claim, limits: limits)
        let pollInterval = settings.pollInterval
        state.withLock { state in
            for (action, wait) in outcome.full { state.pause.pause(action, for: min(wait ?? pollInterval, pollInterval), at: .now) }
        }
        return took(outcome.rows)
    }

    private func took(_ rows: [ClaimTasks.Row]) -> [ClaimTasks.Row] {
        state.withLock { $0.floor.take(claimed: rows.lazy.map(\.place)) }
        return rows
    }

    private static func lines(of rows: [ClaimTasks.Row]) -> [ClaimLine] {
        var lines: [ClaimLine] = []
        for line in rows.lazy.map(\.place.line) where lines.last != line && !lines.contains(line) { lines.append(line) }
        return lines
    }

    private func limits() async throws -> [Int16: ActionLimit] {
        guard !settings.limits.isEmpty else { return [:] }
        let numbers = try await numbers.all()
        return Dictionary(settings.limits.compactMap { name, limit in numbers[name].map { ($0, limit) } }) { one, _ in one }
    }

    // While claims come back full nobody looks; what came to stand below the floor meanwhile must be found all the same.
    private func beginFullLook(_ actions: [Int16], _ belowCrashes: Int16) {
        let begins = state.withLock { state in
            guard !state.isLooking, state.budget.wait(at: .now) == .zero else { return false }
            state.isLooking = true
            return true
        }
        guard begins else { return }
        Task {
            // Trouble with the database is the next claim's to report.
            _ = try? await find(actions, isFull: true, belowCrashes, on: client)
            state.withLock { $0.isLooking = false }
        }
    }

    private func find(
        _ actions: [Int16], isFull: Bool, _ belowCrashes: Int16, on client: PostgresClient
    ) async throws -> (anyReady: Bool, nextDue: Duration?, again: Duration?) {
        let began = ContinuousClock.now
        let (look, due) = state.withLock { state in
            (state.floor.look(at: ClaimLine.all(of: actions), isFull: isFull), state.due.look(isFull: isFull))
        }
        defer {
            if isFull { state.withLock { $0.budget.spend(began.duration(to: .now), at: .now) } }
        }
        let rows = try await client.execute(FindReady(starts: look.starts, dueFrom: due.from, belowCrashes: belowCrashes))
        guard let row = rows.first else { return (false, nil, nil) }
        let found = rows.compactMap(\.first)
        state.withLock { state in
            state.floor.take(found, of: look, clock: row.clock)
            state.due.take(row.nextDue, of: due, clock: row.clock)
            // A better line may have tasks now: the next claim asks them all.
            if !Set(found.map(\.line)).isSubset(of: state.near) { state.wideAt = nil }
        }
        let next = row.nextDue.map { Duration.milliseconds(Int64(($0.timeIntervalSince(row.clock) * 1000).rounded(.up))) }
        return state.withLock { state in
            let waiting = found.map(\.line.action).filter { !state.pause.allows($0, at: .now) }
            let again = [next, state.pause.wait(for: waiting, at: .now)].compactMap { $0 }.min()
            return (found.count > waiting.count, next, again)
        }
    }
}
