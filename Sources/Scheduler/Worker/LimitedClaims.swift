import Foundation
import Postgres
import Synchronization

/// Claims of actions that have limits: in one statement where room for a whole claim is known of, else counted and taken in one
/// transaction that holds the actions' turn.
final class LimitedClaims: Sendable {
    private let claims: PostgresClient
    private let guess = Mutex(RoomGuess())

    /// What a claim brought, and which actions have no room.
    struct Outcome: Sendable {
        var rows: [ClaimTasks.Row]
        /// With how long it may be until there is room; nil for until a slot gets free.
        var full: [(action: Int16, wait: Duration?)]
    }

    /// When somebody else has the turn, it is over in a moment.
    private static let turn = Duration.milliseconds(5)

    init(claims: PostgresClient) { self.claims = claims }

    /// Claims of all lines, of the limited ones what there is room for.
    func claim(_ claim: ClaimTasks, limits: [Int16: ActionLimit]) async throws -> Outcome {
        let limited = Set(claim.starts.map(\.line.action)).filter { limits[$0] != nil }.sorted()
        let concurrencies = limited.compactMap { action -> (action: Int16, concurrency: Int32)? in
            guard let limit = limits[action], limit.rate == nil, let concurrency = limit.concurrency else { return nil }
            return (action, Int32(concurrency))
        }
        // Rates have tokens to spend, which takes a count.
        let isTried = concurrencies.count == limited.count && guess.withLock { $0.mayDo(claim.limit, of: limited) }
        if isTried {
            let rows = try await claims.execute(ClaimInRoom(claim: claim, limited: concurrencies))
            guard rows.isEmpty else {
                guess.withLock { $0.hit(claim.limit, of: limited) }
                return Outcome(rows: rows, full: [])
            }
        }
        let (outcome, left) = try await count(claim, limited, limits)
        guess.withLock { guess in
            guess.counted(left)
            if isTried, !outcome.rows.isEmpty { guess.miss() }
        }
        return outcome
    }

    private func count(
        _ claim: ClaimTasks, _ limited: [Int16], _ limits: [Int16: ActionLimit]
    ) async throws -> (Outcome, left: [(action: Int16, left: Int)]) {
        try await claims.transaction { connection in
            let mine = Set(try connection.run(LockLimits(actions: limited)))
            var outcome = Outcome(rows: [], full: limited.filter { !mine.contains($0) }.map { ($0, Self.turn) })
            let asked = limits.filter { mine.contains($0.key) }.map { (action: $0.key, limit: $0.value) }
            let rooms = try asked.isEmpty ? [] : connection.run(FindRoom(limits: asked, most: claim.limit))
            for room in rooms where room.room == 0 {
                outcome.full.append((room.action, (room.tokens ?? 1) < 1 ? limits[room.action]?.rate?.interval : nil))
            }
            let left = rooms.compactMap { room in room.left.map { (action: room.action, left: Int($0)) } }
            let open = rooms.filter { $0.room > 0 }
            var within = claim
            within.starts = claim.starts.filter { start in
                limits[start.line.action] == nil || open.contains { $0.action == start.line.action }
            }
            guard !within.starts.isEmpty else { return (outcome, left) }
            let mark = rooms.first?.mark ?? 0
            // Room for a whole claim in each: then none can take too much.
            outcome.rows =
                open.allSatisfy { Int($0.room) >= claim.limit }
                ? try connection.run(ClaimMarked(claim: within, limited: open.map(\.action), mark: mark))
                : try connection.run(ClaimWithin(claim: within, rooms: open.map { ($0.action, $0.room) }, mark: mark))
            let spent = open.compactMap { room -> (action: Int16, tokens: Double)? in
                let taken = outcome.rows.count { $0.action == room.action }
                guard taken > 0, let tokens = room.tokens else { return nil }
                return (room.action, max(0, tokens - Double(taken)))
            }
            if !spent.isEmpty { _ = try connection.run(SpendTokens(left: spent)) }
            return (outcome, left)
        }
    }
}
