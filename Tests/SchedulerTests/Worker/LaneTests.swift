import Foundation
import Logging
import Postgres
import SchedulerTesting
import Synchronization
import Testing

@testable import Scheduler

/// Lanes run attempts one after another, never more at once than they may.
@Suite(.timeLimit(.minutes(1)))
struct LaneTests {
    /// Attempts that run until the test ends them.
    private final class Yard: Sendable {
        private struct State {
            var running: [Int64: CheckedContinuation<Bool, Never>] = [:]
            var begun: [Int64] = []
            var rooms = 0
        }

        private let state = Mutex(State())

        var begun: [Int64] { state.withLock { $0.begun } }
        var rooms: Int { state.withLock { $0.rooms } }

        func run(_ attempt: LiveAttempt) async -> Bool {
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    state.begun.append(attempt.fence.id)
                    state.running[attempt.fence.id] = continuation
                }
            }
        }

        /// Ends one attempt's handler.
        func end(_ id: Int64, isStained: Bool = false) {
            state.withLock { $0.running.removeValue(forKey: id) }?.resume(returning: isStained)
        }

        func room() { state.withLock { $0.rooms += 1 } }
    }

    private let yard = Yard()

    private func attempts(concurrency: Int) -> LiveAttempts {
        let yard = yard
        return LiveAttempts(
            concurrency: concurrency, onRoom: { yard.room() }, onQuiet: {}, run: { attempt, _, _ in await yard.run(attempt) })
    }

    private func claims(_ ids: ClosedRange<Int64>, crashes: Int16 = 0) throws -> [LiveAttempt] {
        let client = PostgresClient(PostgresConfiguration(conninfo: "host=/nowhere"), logger: Logger(label: "test"))
        var handlers = HandlerRegistry()
        try handlers.register(ProbeHandler(Probe.self, ledger: ProbeLedger()))
        let entry = try #require(handlers.entries[Probe.name])
        let work = RunnableAction(number: 1, definition: ActionDefinition(Probe.self), entry: entry)
        return ids.map { id in
            let row = ClaimTasks.Row(
                id: id, action: 1, priority: 5, runAt: Date(), attempt: 1, failures: 0, crashes: crashes, isKeyed: false, createdAt: Date(),
                params: [])
            return LiveAttempt(
                claim: row, work: work, incarnation: UUID(), claimedAt: .now, client: client, limit: 1000, onClaimLost: { _ in })
        }
    }

    @Test func `as many run as there are lanes, the rest wait in the order of their claim`() async throws {
        let attempts = attempts(concurrency: 2)
        _ = attempts.add(try claims(1...5)) { _ in true }
        try await eventually { yard.begun.sorted() == [1, 2] }
        #expect(attempts.count == LiveAttempts.Count(waiting: 3, running: 2))
        for id in 1...5 {
            yard.end(Int64(id))
            if id < 4 { try await eventually { yard.begun.last == Int64(id + 2) } }
        }
        try await eventually { attempts.isQuiet }
        #expect(attempts.count.ended == 5)
        #expect(attempts.count.free == 2)
        attempts.close()
    }

    @Test func `a lane whose task was cancelled ends, and another one takes its place`() async throws {
        let attempts = attempts(concurrency: 1)
        _ = attempts.add(try claims(1...2)) { _ in true }
        try await eventually { yard.begun == [1] }
        yard.end(1, isStained: true)
        try await eventually { yard.begun == [1, 2] }
        yard.end(2, isStained: true)
        try await eventually { attempts.isQuiet }
        _ = attempts.add(try claims(3...3)) { _ in true }
        try await eventually { yard.begun == [1, 2, 3] }
        yard.end(3)
        attempts.close()
    }

    @Test func `abandoned handlers are replaced by as many lanes at most as there are, and counted`() async throws {  // I9
        let attempts = attempts(concurrency: 2)
        let all = try claims(1...6)
        _ = attempts.add(all) { _ in true }
        try await eventually { yard.begun.count == 2 }
        func abandon(_ attempt: LiveAttempt) {
            #expect(attempt.close(abandoning: true))
            attempts.abandon(attempt)
        }
        abandon(all[0])
        abandon(all[1])
        try await eventually { yard.begun == [1, 2, 3, 4] || yard.begun == [2, 1, 3, 4] || yard.begun.count == 4 }
        #expect(attempts.count == LiveAttempts.Count(waiting: 2, running: 2, abandoned: 2))
        abandon(all[2])
        #expect(attempts.count == LiveAttempts.Count(waiting: 2, running: 1, abandoned: 3))
        #expect(attempts.count.free == 0)
        // The deaf ones return at last: room for the others.
        for id in 1...3 { yard.end(Int64(id), isStained: true) }
        try await eventually { attempts.count.abandoned == 0 }
        for id in 4...6 {
            try await eventually { yard.begun.contains(Int64(id)) }
            yard.end(Int64(id))
        }
        try await eventually { attempts.isQuiet }
        #expect(attempts.count.free == 2)
        attempts.close()
    }

    @Test func `whoever claims hears once when there is room`() async throws {
        let attempts = attempts(concurrency: 1)
        _ = attempts.add(try claims(1...3)) { _ in true }
        try await eventually { yard.begun == [1] }
        attempts.tellRoom(ahead: 2, atLeast: 2)
        #expect(yard.rooms == 0)
        yard.end(1)
        try await eventually { yard.begun == [1, 2] }
        #expect(yard.rooms == 0)
        yard.end(2)
        try await eventually { yard.rooms == 1 }
        yard.end(3)
        try await eventually { attempts.isQuiet }
        #expect(yard.rooms == 1)
        attempts.close()
    }

    @Test func `suspects are counted until the store knows how they ended`() async throws {
        let attempts = attempts(concurrency: 1)
        let suspects = try claims(1...2, crashes: 1)
        _ = attempts.add(suspects) { $0 == 0 }
        #expect(attempts.count.suspects == 2)
        #expect(attempts.count.waiting == 0)
        try await eventually { yard.begun == [1] }
        yard.end(1)
        try await eventually { attempts.isQuiet }
        attempts.remove(suspects)
        #expect(attempts.count.suspects == 0)
        #expect(attempts.all.isEmpty)
        attempts.close()
    }
}
