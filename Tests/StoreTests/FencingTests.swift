import Foundation
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// The store's promises, statement by statement, with two incarnations and no worker.
@Suite(.timeLimit(.minutes(2)))
struct FencingTests {
    @Test func `a claim that was taken back cannot complete, save or take a key`() async throws {  // I4
        try await withStore { store in
            let id = try await store.submit()
            let first = try await store.join("main")
            let claim = try #require(try await store.claim(first).first)
            #expect(claim.attempt == 1)
            let reclaimed = try await store.kill(first)
            #expect(reclaimed == [id.rawValue])
            let second = try await store.join("main")
            let again = try #require(try await store.claim(second).first)
            #expect(again.attempt == 2)

            let zombie = AttemptFence(id: id.rawValue, attempt: 1, incarnation: first)
            let ended = try await store.end(zombie)
            #expect(ended.isEmpty)
            let saved = try await store.client.execute(SaveProgress(fence: zombie, progress: TaskProgress(done: 9), checkpoint: "{}"))
            #expect(saved.isEmpty)
            let key = try #require(try await store.client.execute(AcquireKey(fence: zombie, key: "k")).first)
            #expect(!key.claimHeld && !key.taken)
            let beat = try await store.client.execute(Beat(incarnation: first, deadAfter: .seconds(20)))
            #expect(beat.isEmpty)
            let claimed = try await store.claim(first)
            #expect(claimed.isEmpty)

            let endedBySecond = try await store.end(AttemptFence(id: id.rawValue, attempt: 2, incarnation: second))
            #expect(endedBySecond == [id.rawValue])
            let task = try #require(try await store.scheduler.task(id))
            #expect(task.status == .complete)
            #expect(task.crashes == 1)
            #expect(task.progress == nil)
        }
    }

    @Test func `tasks that saw too many processes die are neither found nor claimed, and those behind them are`() async throws {  // I5
        try await withStore { store in
            let poison = try await store.submit()
            for round in 1...2 {
                let victim = try await store.join("main")
                #expect(try await store.claim(victim).map(\.id) == [poison.rawValue], "\(round)")
                #expect(try await store.kill(victim) == [poison.rawValue])
            }
            let process = try await store.join("main")
            func claim(_ belowCrashes: Int16) async throws -> [Int64] {
                var claim = ClaimTasks(actions: store.actions, limit: 10, incarnation: process, deadAfter: .seconds(20))
                claim.belowCrashes = belowCrashes
                return try await store.client.execute(claim).map(\.id)
            }
            func isFound(_ belowCrashes: Int16) async throws -> Bool {
                let starts = ClaimLine.all(of: store.actions).map { ClaimStart(line: $0, key: .lowest) }
                return try await store.client.execute(FindReady(starts: starts, belowCrashes: belowCrashes)).contains { $0.first != nil }
            }
            #expect(try await !isFound(2))
            let innocent = try await store.submit()
            #expect(try await isFound(2))
            #expect(try await claim(2) == [innocent.rawValue])
            #expect(try await isFound(3))
            #expect(try await claim(3) == [poison.rawValue])
        }
    }

    @Test func `an attempt is ended once: the second report finds nothing`() async throws {  // I4, I8
        try await withStore { store in
            let id = try await store.submit()
            let process = try await store.join("main")
            _ = try await store.claim(process)
            let fence = AttemptFence(id: id.rawValue, attempt: 1, incarnation: process)
            let first = try await store.end(fence)
            #expect(first == [id.rawValue])
            let second = try await store.end(fence, status: "failed", error: "late")
            #expect(second.isEmpty)
            let task = try await store.scheduler.task(id)
            #expect(task?.status == .complete)
        }
    }

    @Test(arguments: ["snoozed", "interrupted", "parked"])
    func `an attempt that was given back twice does not end the claim that came between`(outcome: String) async throws {  // I4, I10
        try await withStore { store in
            let id = try await store.submit()
            let process = try await store.join("main")
            let first = try #require(try await store.claim(process).first)
            func giveBack() async throws -> [Int64] {
                if outcome == "parked" {
                    let item = ParkAttempts.Item(
                        id: id.rawValue, attempt: first.attempt, runAt: first.runAt, unreadBy: "test probe/1", note: "unread")
                    return try await store.client.execute(ParkAttempts(incarnation: process, items: [item]))
                }
                let item = DeferAttempts.Item(
                    id: id.rawValue, attempt: first.attempt, runAt: first.runAt, outcome: outcome, waitMilliseconds: 0, error: nil)
                return try await store.client.execute(DeferAttempts(incarnation: process, items: [item]))
            }
            let given = try await giveBack()
            #expect(given == [id.rawValue])
            // Its answer is lost; meanwhile the same process has the task again, with the same number of the attempt.
            if outcome == "parked" {
                let handler = HandlerRecord(action: Probe.name, schemaDigest: "probe/2")
                _ = try await store.client.execute(RegisterHandlers(incarnation: process, handlers: [handler]))
                let unparked = try await store.client.execute(
                    UnparkCovered(actions: store.actions, instances: store.actions.map { _ in "main" }, limit: 10, deadAfter: .seconds(20)))
                #expect(unparked.map(\.count) == [1])
            }
            let second = try #require(try await store.claim(process).first)
            #expect(second.id == first.id && second.attempt == first.attempt)
            let fence = AttemptFence(id: second.id, attempt: second.attempt, incarnation: process)
            let taken = try await store.take(fence, "room:!a")
            #expect(taken == true)
            let again = try await giveBack()
            #expect(again.isEmpty)
            let held = try await store.client.execute(SaveProgress(fence: fence, progress: TaskProgress(done: 1), checkpoint: "{}"))
            #expect(held == [id.rawValue])
            let other = try await store.submit()
            _ = try await store.claim(process)
            let refused = try await store.take(AttemptFence(id: other.rawValue, attempt: 1, incarnation: process), "room:!a")
            #expect(refused == false)
        }
    }

    @Test func `a process that is dead in the store's eyes claims nothing`() async throws {  // I2, I7
        try await withStore { store in
            _ = try await store.submit()
            let process = try await store.join("main")
            let expired = try await store.client.execute(
                ClaimTasks(actions: store.actions, limit: 1, incarnation: process, deadAfter: .zero))
            #expect(expired.isEmpty)
            let stranger = try await store.claim(UUID())
            #expect(stranger.isEmpty)
            let live = try await store.claim(process)
            #expect(live.count == 1)
        }
    }

    @Test func `a task that kills its process three times is quarantined`() async throws {  // I5
        try await withStore { store in
            let id = try await store.submit()
            for crash in 1...3 {
                let process = try await store.join("main")
                let claimed = try await store.claim(process)
                #expect(claimed.count == 1, "claim \(crash)")
                _ = try await store.kill(process)
            }
            let task = try #require(try await store.scheduler.task(id))
            #expect(task.status == .failed)
            #expect(task.crashes == 3)
            #expect(task.failures == 0)
            #expect(task.error?.hasPrefix("Quarantined") == true)
            let outcomes = try await store.scheduler.attempts(of: id).map(\.outcome)
            #expect(outcomes == ["crashed", "crashed", "crashed"])
        }
    }

    @Test func `two attempts never hold one key, and a dead holder's key can be taken`() async throws {  // I10
        try await withStore { store in
            _ = try await store.submit()
            _ = try await store.submit()
            let first = try await store.join("main")
            let second = try await store.join("other")
            let one = try #require(try await store.claim(first, limit: 1).first)
            let two = try #require(try await store.claim(second, limit: 1).first)
            let mine = AttemptFence(id: one.id, attempt: one.attempt, incarnation: first)
            let theirs = AttemptFence(id: two.id, attempt: two.attempt, incarnation: second)
            let taken = try await [store.take(mine, "room:!a"), store.take(mine, "room:!a"), store.take(theirs, "room:!a")]
            #expect(taken == [true, true, false])
            _ = try await store.client.execute(MarkDead(deadAfter: .seconds(3600), known: first))
            let beforeReclaim = try await store.take(theirs, "room:!a")
            #expect(beforeReclaim == false)
            _ = try await store.client.execute(ReclaimTasks(maximumCrashes: 3))
            let afterReclaim = try await store.take(theirs, "room:!a")
            #expect(afterReclaim == true)
            let ended = try await store.end(theirs, holdsKeys: true)
            #expect(ended.count == 1)
            let keys = try await store.client.execute(CountKeys())
            #expect(keys == [0])
        }
    }

    @Test func `a release gives back the attempt, frees keys and counts an interruption`() async throws {  // I5
        try await withStore { store in
            let id = try await store.submit()
            let process = try await store.join("main")
            _ = try await store.claim(process)
            let taken = try await store.take(AttemptFence(id: id.rawValue, attempt: 1, incarnation: process), "k")
            #expect(taken == true)
            let released = try await store.client.execute(ReleaseClaims(incarnation: process))
            #expect(released == [id.rawValue])
            let task = try #require(try await store.scheduler.task(id))
            #expect(task.status == .scheduled)
            #expect(task.attempt == 0)
            #expect(task.interruptions == 1)
            let keys = try await store.client.execute(CountKeys())
            #expect(keys == [0])
        }
    }

    @Test func `a neighbour whose pid is gone is dead at once, and one whose pid lives is not`() async throws {  // I8
        try await withStore { store in
            let id = try await store.submit()
            let gone = try await store.join("gone")
            _ = try await store.claim(gone)
            let here = try await store.join("here")
            // No process has the highest number that Linux gives out.
            try await store.database.script("UPDATE muster.process SET pid = 4194303 WHERE instance = 'gone'")
            try await store.scheduler.buryNeighbours(of: ProcessIdentity(instance: "here", version: "test"))
            let states = try await store.scheduler.processes().map { [$0.incarnation: $0.state] }
            #expect(states.contains([gone: .dead]))
            #expect(states.contains([here: .running]))
            let task = try #require(try await store.scheduler.task(id))
            #expect(task.status == .scheduled)
            #expect(task.crashes == 1)
        }
    }

    @Test func `many claimers share the tasks without taking one twice`() async throws {  // I2
        try await withStore { store in
            var requests: [TaskRequest] = []
            for _ in 0..<500 { requests.append(try TaskRequest(Probe.self, ProbeParams())) }
            _ = try await store.scheduler.submit(requests)
            var processes: [UUID] = []
            for number in 0..<4 { processes.append(try await store.join("p\(number)")) }
            let claimed = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for process in processes {
                    group.addTask {
                        var mine: [Int64] = []
                        var empty = 0
                        while empty < 3 {
                            let rows = try await store.claim(process, limit: 7)
                            empty = rows.isEmpty ? empty + 1 : 0
                            mine += rows.map(\.id)
                        }
                        return mine
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 500)
            #expect(Set(claimed).count == 500)
        }
    }
}

struct CountKeys: Statement {
    typealias Row = Int64
    static let name = "count_keys"
    static let sql = "SELECT count(*) FROM muster.exclusive_key"
    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
