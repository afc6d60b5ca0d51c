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
        var budget = LookBudget()
        var isLooking = false
        /// The lines that the last wide claim took from, and when it was.
        var near: [ClaimLine] = []
        var wideAt: ContinuousClock.Instant?
    }

    private let claims: PostgresClient
    private let client: PostgresClient
    private let deadAfter: Duration
    private let state = Mutex(State())

    /// How many deferred tasks are made ready in one statement.
    private static let promotionLimit = 1000
    /// For so long a claim may ask only the lines that the last one was filled from; then better ones may have tasks.
    private static let nearness = Duration.milliseconds(5)

    /// - Parameters:
    ///   - claims: the connection for claims
    ///   - client: the one for everything else
    init(claims: PostgresClient, client: PostgresClient, deadAfter: Duration) {
        self.claims = claims
        self.client = client
        self.deadAfter = deadAfter
    }

    /// Looks whether anything is ready, and makes ready what has become due.
    ///
    /// Whoever finds nothing looks once more after a full look is due: only that one may say that nothing is left.
    func look(at actions: [Int16]) async throws -> Look {
        let began = ContinuousClock.now
        let isFull = state.withLock { $0.budget.wait(at: began) == .zero && !$0.isLooking }
        let (anyReady, nextDue) = try await find(actions, isFull: isFull)
        if let nextDue, nextDue <= .zero {
            let promoted = try await client.execute(PromoteDue(limit: Self.promotionLimit))
            state.withLock { state in
                for start in promoted { state.floor.lower(to: start) }
                state.near = []
            }
            return Look(anyReady: anyReady || promoted.contains { actions.contains($0.line.action) }, again: .zero)
        }
        let full = isFull || anyReady ? nil : state.withLock { $0.budget.wait(at: .now) }
        return Look(anyReady: anyReady, again: [nextDue, full].compactMap { $0 }.min())
    }

    /// Claims at most so many tasks, in order; fewer than asked for means that nothing is left above the floor, or others hold it.
    func claim(of actions: [Int16], limit: Int, incarnation: UUID) async throws -> [ClaimTasks.Row] {
        guard !actions.isEmpty, limit > 0 else { return [] }
        beginFullLook(actions)
        let all = ClaimLine.all(of: actions)
        let near = state.withLock { state in
            state.wideAt.map { $0.duration(to: .now) < Self.nearness } ?? false ? state.near.filter(Set(all).contains) : []
        }
        var rows: [ClaimTasks.Row] = []
        if !near.isEmpty { rows = try await claim(from: near, limit, incarnation) }
        guard rows.count < limit else { return rows }
        let wide = try await claim(from: all, limit - rows.count, incarnation)
        state.withLock { state in
            state.near = rows.count + wide.count < limit ? [] : Array(Set(wide.map(\.place.line)))
            state.wideAt = .now
        }
        return rows + wide
    }

    private func claim(from lines: [ClaimLine], _ limit: Int, _ incarnation: UUID) async throws -> [ClaimTasks.Row] {
        let starts = state.withLock { $0.floor.starts(in: lines) }
        let rows = try await claims.execute(
            ClaimTasks(starts: starts, limit: limit, incarnation: incarnation, deadAfter: deadAfter))
        state.withLock { $0.floor.take(claimed: rows.map(\.place)) }
        return rows
    }

    // While claims come back full nobody looks; what came to stand below the floor meanwhile must be found all the same.
    private func beginFullLook(_ actions: [Int16]) {
        let begins = state.withLock { state in
            guard !state.isLooking, state.budget.wait(at: .now) == .zero else { return false }
            state.isLooking = true
            return true
        }
        guard begins else { return }
        Task {
            // Trouble with the database is the next claim's to report.
            _ = try? await find(actions, isFull: true)
            state.withLock { $0.isLooking = false }
        }
    }

    private func find(_ actions: [Int16], isFull: Bool) async throws -> (anyReady: Bool, nextDue: Duration?) {
        let began = ContinuousClock.now
        let look = state.withLock { $0.floor.look(at: ClaimLine.all(of: actions), isFull: isFull) }
        defer {
            if isFull { state.withLock { $0.budget.spend(began.duration(to: .now), at: .now) } }
        }
        let rows = try await client.execute(FindReady(starts: look.starts))
        guard let row = rows.first else { return (false, nil) }
        let found = rows.compactMap(\.first)
        state.withLock { state in
            state.floor.take(found, of: look, clock: row.clock)
            // A better line may have tasks now: the next claim asks them all.
            if !Set(found.map(\.line)).isSubset(of: state.near) { state.wideAt = nil }
        }
        return (!found.isEmpty, row.nextDueMilliseconds.map { .milliseconds($0) })
    }
}
