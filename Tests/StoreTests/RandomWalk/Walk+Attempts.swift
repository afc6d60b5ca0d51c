import Foundation
import Postgres
import Testing

@testable import Scheduler

/// Claims, and what attempts write: every write is accepted exactly when the picture says that the claim is held (I4).
extension Walk {
    mutating func claim() async throws {
        guard let incarnation = order.randomElement(using: &numbers) else { return }
        try await claim(by: incarnation, limit: Int.random(in: 1...4, using: &numbers))
    }

    mutating func claim(by incarnation: UUID, limit: Int) async throws {
        steps.append("claim \(limit) by \(incarnation)")
        let ready = standings.filter { $0.value.place == "ready" }.keys
        let rows = try await store.claim(incarnation, limit: limit)
        guard lives[incarnation] == .running else { return try #require(rows.isEmpty, "the dead claim nothing") }  // I2
        try #require(rows.count == min(limit, ready.count))
        for row in rows {
            try #require(ready.contains(row.id))
            standings[row.id]?.place = "active"
            standings[row.id]?.attempt += 1
            standings[row.id]?.incarnation = incarnation
            fences.append(AttemptFence(id: row.id, attempt: row.attempt, incarnation: incarnation))
        }
    }

    /// A fence that is held, or any that ever was.
    private mutating func anyFence() -> AttemptFence? {
        let held = fences.filter(owns)
        return Bool.random(using: &numbers) ? held.randomElement(using: &numbers) : fences.randomElement(using: &numbers)
    }

    mutating func end() async throws {
        guard let fence = anyFence() else { return }
        try await end(fence, status: Int.random(in: 0..<4, using: &numbers) == 0 ? "failed" : "complete")
    }

    mutating func end(_ fence: AttemptFence, status: String) async throws {
        steps.append("end \(status) \(fence)")
        let isHeld = owns(fence)
        // What completed and left nothing else may be ended by the lean statement as well.
        let isPlain = status == "complete" && !keys.values.contains { $0.id == fence.id } && Bool.random(using: &numbers)
        let written =
            if isPlain {
                try await client.affected(CompleteAttempts(incarnation: fence.incarnation, attempt: fence.attempt, ids: [fence.id])) == 1
                    ? [fence.id] : []
            } else {
                try await store.end(fence, status: status, error: status == "failed" ? "no" : nil, holdsKeys: true)
            }
        try #require(written == (isHeld ? [fence.id] : []))
        guard isHeld else { return }
        standings[fence.id]?.place = status
        if status == "failed" { standings[fence.id]?.failures += 1 }
        keys = keys.filter { $0.value.id != fence.id }
    }

    mutating func `defer`() async throws {
        guard let fence = anyFence() else { return }
        let outcome = ["retry", "interrupted", "snoozed"].randomElement(using: &numbers) ?? "retry"
        steps.append("defer \(outcome) \(fence)")
        if outcome == "retry", owns(fence), (standings[fence.id]?.failures ?? 0) + 1 >= Self.failureLimit {
            return try await end(fence, status: "failed")
        }
        let isHeld = owns(fence)
        let item = DeferAttempts.Item(
            id: fence.id, attempt: fence.attempt, runAt: try await store.runAt(fence.id), outcome: outcome, waitMilliseconds: 0, error: nil)
        let written = try await client.execute(DeferAttempts(incarnation: fence.incarnation, items: [item]))
        try #require(written == (isHeld ? [fence.id] : []))
        if isHeld { giveBack(fence.id, isRetry: outcome == "retry", isInterruption: outcome == "interrupted") }
    }

    mutating func giveBack(_ id: Int64, isRetry: Bool = false, isCrash: Bool = false, isInterruption: Bool = false) {
        standings[id]?.place = "ready"
        standings[id]?.incarnation = nil
        if !isRetry && !isCrash { standings[id]?.attempt -= 1 }
        if isRetry { standings[id]?.failures += 1 }
        if isCrash { standings[id]?.crashes += 1 }
        if isInterruption { standings[id]?.interruptions += 1 }
        keys = keys.filter { $0.value.id != id }
    }

    mutating func save() async throws {
        guard let fence = anyFence() else { return }
        steps.append("save \(fence)")
        let written = try await client.execute(SaveProgress(fence: fence, progress: TaskProgress(done: 1), checkpoint: "{}"))
        try #require(written == (owns(fence) ? [fence.id] : []))
    }

    mutating func take() async throws {
        guard let fence = anyFence() else { return }
        let key = "room:!\(Int.random(in: 0..<3, using: &numbers))"
        steps.append("take \(key) \(fence)")
        let answer = try #require(try await client.execute(AcquireKey(fence: fence, key: key)).first)
        try #require(answer.claimHeld == owns(fence))
        // I10: free, mine, or of somebody whose claim is gone.
        let isFree = keys[key].map { $0 == fence || !owns($0) } ?? true
        try #require(answer.taken == (owns(fence) && isFree))
        if answer.taken { keys[key] = fence }
    }
}
