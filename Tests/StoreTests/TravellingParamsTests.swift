import Foundation
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// Small params travel with the task that waits; whatever way a task came, its claim brings the same.
@Suite(.timeLimit(.minutes(2)))
struct TravellingParamsTests {
    private static let small = ProbeParams(name: "small")
    private static let large = ProbeParams(name: String(repeating: "ä", count: TravellingParams.mostBytes))

    @Test(arguments: [1, 3, 500])
    func `a claim brings what was submitted, whether it travels or is looked up`(count: Int) async throws {  // I1
        try await withStore { store in
            let requests = try (0..<count).map { number in
                var request = try TaskRequest(
                    Probe.self, number % 2 == 0 ? Self.small : Self.large, resourceID: "room \(number)", requestedBy: "@a:test")
                request.maxAttempts = number % 3 == 0 ? 7 : nil
                return request
            }
            let ids = try await store.scheduler.submit(requests).map(\.id)
            let travelling = try await store.client.execute(CountTravelling()).first
            #expect(travelling == Int64((count + 1) / 2))
            let process = try await store.join("main")
            let claims = try await store.claim(process, limit: count)
            #expect(claims.count == count)
            let byID = Dictionary(uniqueKeysWithValues: claims.map { ($0.id, $0) })
            for (number, id) in ids.enumerated() {
                let claim = try #require(byID[id.rawValue])
                let task = try #require(try await store.scheduler.task(id))
                let params = try JSONBytes(encoding: number % 2 == 0 ? Self.small : Self.large)
                #expect(claim.params == params.utf8 && task.params == params)
                #expect(claim.resourceID == "room \(number)" && claim.requestedBy == "@a:test")
                #expect(claim.maxAttempts == (number % 3 == 0 ? 7 : nil) && claim.attempt == 1)
                #expect(claim.createdAt == task.createdAt && claim.runAt == task.runAt)
            }
        }
    }

    @Test func `a task that waits again is looked up, with its counters and its checkpoint`() async throws {  // I5
        try await withStore { store in
            let id = try await store.submit(Self.small)
            let first = try await store.join("main")
            let claim = try #require(try await store.claim(first).first)
            let fence = AttemptFence(id: claim.id, attempt: claim.attempt, incarnation: first)
            _ = try await store.client.execute(
                SaveProgress(fence: fence, progress: TaskProgress(done: 3, total: 9), checkpoint: #"{"at":3}"#))
            let reclaimed = try await store.kill(first)
            #expect(reclaimed == [id.rawValue])
            let travelling = try await store.client.execute(CountTravelling()).first
            #expect(travelling == 0)
            let second = try await store.join("main")
            let again = try #require(try await store.claim(second).first)
            #expect(again.params == claim.params && again.createdAt == claim.createdAt && again.attempt == 2)
            #expect(again.progressDone == 3 && again.progressTotal == 9 && again.checkpoint == Array(#"{"at":3}"#.utf8))
        }
    }

    @Test func `tasks that travel and tasks that are looked up keep their order in one claim`() async throws {
        try await withStore { store in
            let requests = try (0..<40).map { number in
                var request = try TaskRequest(Probe.self, number % 3 == 0 ? Self.large : Self.small)
                request.priority = number % 4 == 0 ? .first : .normal
                return request
            }
            let ids = try await store.scheduler.submit(requests).map(\.id.rawValue)
            let process = try await store.join("main")
            let claims = try await store.claim(process, limit: 40)
            let inOrder = stride(from: 0, to: 40, by: 4).map { ids[$0] } + ids.indices.filter { $0 % 4 != 0 }.map { ids[$0] }
            #expect(claims.map(\.id) == inOrder)
        }
    }
}

/// Waiting tasks whose params travel.
private struct CountTravelling: Statement {
    static let name = "test_count_travelling"
    static let sql = "SELECT count(*) FROM muster.ready WHERE params IS NOT NULL"

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
