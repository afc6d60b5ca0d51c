import Foundation
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// A random walk over the real statements, beside a plain picture of what each must do.
///
/// Several incarnations claim, report, save, take keys, die, come back, leave; every fence that was ever given out is used again, whenever,
/// as a process would that does not know that it is dead. After each step the tables must say what the picture says.
struct Walk {
    enum Life { case running, dead, stopped }

    let store: StoreUnderTest
    let client: PostgresClient
    var numbers: SeededNumbers

    var standings: [Int64: Standing] = [:]
    var lives: [UUID: Life] = [:]
    var order: [UUID] = []
    var fences: [AttemptFence] = []
    var keys: [String: AttemptFence] = [:]
    var asked: Set<Int64> = []
    /// What was done, for the report of a failure.
    var steps: [String] = []

    static let crashLimit: Int16 = 3
    static let failureLimit: Int16 = 3

    init(store: StoreUnderTest, seed: UInt64) {
        self.store = store
        client = store.client
        numbers = SeededNumbers(seed: seed)
    }

    func owns(_ fence: AttemptFence) -> Bool {
        guard let now = standings[fence.id] else { return false }
        return now.place == "active" && now.attempt == fence.attempt && now.incarnation == fence.incarnation
    }

    /// One step, chosen by the numbers, and a look at everything.
    mutating func step() async throws {
        switch Int.random(in: 0..<100, using: &numbers) {
        case 0..<14: try await submit()
        case 14..<22: try await join()
        case 22..<42: try await claim()
        case 42..<54: try await end()
        case 54..<64: try await `defer`()
        case 64..<70: try await save()
        case 70..<77: try await take()
        case 77..<81: try await declareDead()
        case 81..<87: try await reclaim()
        case 87..<90: try await leave()
        case 90..<93: try await beat()
        case 93..<95: try await undo()
        case 95..<98: try await cancel()
        default: try await cancelMissed()
        }
        try await compare()
    }

    /// Lets what is left run to its end, on a process of its own: nothing that was accepted stays behind.
    mutating func finish() async throws {
        for incarnation in order where lives[incarnation] == .running {
            _ = try await client.execute(MarkDead(deadAfter: .seconds(3600), known: incarnation))
            lives[incarnation] = .dead
        }
        try await reclaim()
        try await cancelMissed()
        let last = try await store.join("last")
        lives[last] = .running
        while standings.values.contains(where: { $0.place == "ready" }) {
            try await claim(by: last, limit: 50)
            for fence in fences where fence.incarnation == last && owns(fence) { try await end(fence, status: "complete") }
            try await compare()
        }
        let unfinished = standings.filter { !["complete", "failed", "cancelled"].contains($0.value.place) }
        #expect(unfinished.isEmpty)
    }

    private mutating func compare() async throws {
        let rows = try await client.execute(ReadStandings())
        try #require(rows.count == standings.count, "a task is lost, or in two places")
        for row in rows {
            let expected = try #require(standings[row.id])
            try #require(row.standing == expected, "task \(row.id)")
            // Tries are counted apart: an attempt number is spent by a failure or a crash and by nothing else (I5).
            let spent = expected.failures + expected.crashes
            switch expected.place {
            case "active": try #require(expected.attempt == spent + 1)
            case "ready": try #require(expected.attempt == spent && expected.crashes < Self.crashLimit)
            default: break
            }
        }
    }
}
