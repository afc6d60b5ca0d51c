import Foundation
import Postgres
import Testing

@testable import Scheduler

/// Submissions, processes that come and go, and what is done about them.
extension Walk {
    mutating func submit() async throws {
        guard standings.values.count(where: { $0.place == "ready" }) < 12 else { return }
        var requests: [TaskRequest] = []
        for _ in 0..<Int.random(in: 1...3, using: &numbers) { requests.append(TaskRequest(action: "probe")) }
        steps.append("submit \(requests.count)")
        // I1: it is there when the answer is.
        for task in try await store.scheduler.submit(requests) { standings[task.id.rawValue] = Standing() }
    }

    mutating func join() async throws {
        guard lives.values.count(where: { $0 == .running }) < 3 else { return }
        let incarnation = try await store.join("p\(lives.count)")
        steps.append("join \(incarnation)")
        lives[incarnation] = .running
        order.append(incarnation)
    }

    /// By its heartbeat, whether it still runs or not; it goes on either way.
    mutating func declareDead() async throws {
        guard let incarnation = order.randomElement(using: &numbers) else { return }
        steps.append("declare dead \(incarnation)")
        let dead = try await client.execute(MarkDead(deadAfter: .seconds(3600), known: incarnation))
        try #require(dead.count == (lives[incarnation] == .running ? 1 : 0))
        if lives[incarnation] == .running { lives[incarnation] = .dead }
    }

    mutating func reclaim() async throws {
        steps.append("reclaim")
        var expected: [Int64: String] = [:]
        for (id, now) in standings where now.place == "active" {
            guard let owner = now.incarnation, let life = lives[owner], life != .running else { continue }
            let isCrash = life == .dead
            if asked.contains(id) {
                expected[id] = "cancelled"
            } else {
                expected[id] = isCrash && now.crashes + 1 >= Self.crashLimit ? "failed" : "ready"
            }
            giveBack(id, isCrash: isCrash, isInterruption: !isCrash)
            guard let ending = expected[id], ending != "ready" else { continue }
            asked.remove(id)
            standings[id]?.place = ending
            standings[id]?.incarnation = owner
            if !isCrash { standings[id]?.attempt += 1 }
        }
        let rows = try await client.execute(ReclaimTasks(maximumCrashes: Int(Self.crashLimit)))
        try #require(Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0.ending) }) == expected)
    }

    /// A shutdown, or a process that comes back after it was fenced; whatever it holds goes back uncounted (I5).
    mutating func leave() async throws {
        guard let incarnation = order.randomElement(using: &numbers) else { return }
        steps.append("leave \(incarnation)")
        let held = standings.filter { $0.value.place == "active" && $0.value.incarnation == incarnation }.keys
        let released = try await client.execute(ReleaseClaims(incarnation: incarnation))
        try #require(Set(released) == Set(held))
        for id in held { giveBack(id, isInterruption: true) }
        _ = try await client.execute(ChangeState(incarnation: incarnation, state: .stopped))
        if lives[incarnation] == .running { lives[incarnation] = .stopped }
    }

    mutating func beat() async throws {
        guard let incarnation = order.randomElement(using: &numbers) else { return }
        steps.append("beat \(incarnation)")
        let answer = try await client.execute(Beat(incarnation: incarnation, deadAfter: .seconds(3600)))
        try #require(answer.isEmpty == (lives[incarnation] != .running))
        let mine = asked.filter { standings[$0]?.place == "active" && standings[$0]?.incarnation == incarnation }
        if let ids = answer.first?.toCancel { try #require(Set(ids) == mine) }
    }

    mutating func undo() async throws {
        guard let fence = fences.filter(owns).randomElement(using: &numbers) else { return }
        steps.append("undo \(fence)")
        _ = try await client.execute(UndoClaim(id: fence.id))
        standings[fence.id]?.place = "ready"
        standings[fence.id]?.attempt -= 1
        standings[fence.id]?.incarnation = nil
    }

    mutating func cancel() async throws {
        guard let id = standings.keys.sorted().randomElement(using: &numbers), let now = standings[id] else { return }
        steps.append("cancel \(id)")
        let answer = try await store.scheduler.cancel(TaskID(rawValue: id), requestedBy: "walk")
        switch now.place {
        case "ready":
            try #require(answer == .cancelled)
            standings[id]?.place = "cancelled"
            asked.remove(id)
        case "active":
            try #require(answer == .requested)
            asked.insert(id)
        default: break
        }
    }

    mutating func cancelMissed() async throws {
        steps.append("cancel missed")
        try await store.scheduler.cancelMissed()
        for id in asked where standings[id]?.place == "ready" {
            standings[id]?.place = "cancelled"
            asked.remove(id)
        }
    }
}
