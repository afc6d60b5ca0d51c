import Foundation
import Postgres

/// Claims of actions that have limits: counts and takes in one transaction that holds the actions' turn.
struct LimitedClaims: Sendable {
    let claims: PostgresClient
    let limits: [Int16: ActionLimit]

    /// What a claim brought, and which actions have no room.
    struct Outcome: Sendable {
        var rows: [ClaimTasks.Row]
        /// With how long it may be until there is room; nil for until a slot gets free.
        var full: [(action: Int16, wait: Duration?)]
    }

    /// When somebody else has the turn, it is over in a moment.
    private static let turn = Duration.milliseconds(5)

    /// Claims of all lines, of the limited ones what there is room for.
    func claim(_ claim: ClaimTasks) async throws -> Outcome {
        let limited = Set(claim.starts.map(\.line.action)).filter { limits[$0] != nil }.sorted()
        return try await claims.transaction { connection -> Outcome in
            let mine = Set(try connection.run(LockLimits(actions: limited)))
            var outcome = Outcome(rows: [], full: limited.filter { !mine.contains($0) }.map { ($0, Self.turn) })
            let asked = limits.filter { mine.contains($0.key) }.map { (action: $0.key, limit: $0.value) }
            let rooms = try asked.isEmpty ? [] : connection.run(FindRoom(limits: asked, most: claim.limit))
            for room in rooms where room.room == 0 {
                outcome.full.append((room.action, (room.tokens ?? 1) < 1 ? limits[room.action]?.rate?.interval : nil))
            }
            let open = rooms.filter { $0.room > 0 }
            var within = claim
            within.starts = claim.starts.filter { start in
                limits[start.line.action] == nil || open.contains { $0.action == start.line.action }
            }
            guard !within.starts.isEmpty else { return outcome }
            // Room for a whole claim in each: then none can take too much.
            outcome.rows =
                open.allSatisfy { Int($0.room) >= claim.limit }
                ? try connection.run(ClaimMarked(claim: within, limited: open.map(\.action)))
                : try connection.run(ClaimWithin(claim: within, rooms: open.map { ($0.action, $0.room) }))
            var left: [(action: Int16, tokens: Double)] = []
            for room in open {
                let taken = outcome.rows.count { $0.action == room.action }
                guard taken > 0, let tokens = room.tokens else { continue }
                left.append((room.action, max(0, tokens - Double(taken))))
            }
            if !left.isEmpty { _ = try connection.run(SpendTokens(left: left)) }
            return outcome
        }
    }
}
