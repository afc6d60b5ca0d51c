import Foundation
import HomeserverClient
import HomeserverTasks
import SandboxHomeserver
import Scheduler
import SchedulerTesting
import Synchronization
import Testing

@testable import Handlers

@Suite(.timeLimit(.minutes(2)))
struct RateLimitTests {
    /// A spammer whom the homeserver limits hard, and a scheduler that runs every homeserver action.
    private func withLimitedSpammer(
        before: RateLimitOverride? = nil, _ body: @Sendable (SandboxUnderTest, SpamFixture, TaskScheduler) async throws -> Void
    ) async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 10)
            server.state.configure { $0.messageRate = SandboxRate(perSecond: 0.01, burst: 3) }
            if let before { try await TestHandlers.client(server.configuration).setRateLimitOverride(before, of: fixture.spammer.id) }
            try await withHomeserverWorker(server) { try await body(server, fixture, $0) }
        }
    }

    @Test(arguments: [nil, RateLimitOverride(messagesPerSecond: 1, burstCount: 2)])
    func `a limit that is in the way is lifted for the redact, and is afterwards what it was`(_ before: RateLimitOverride?) async throws {
        try await withLimitedSpammer(before: before) { server, fixture, scheduler in
            let task = try await scheduler.submit(TaskRequest(RedactAllEvents.self, fixture.params))
            let record = try #require(try await scheduler.wait(for: task.id, timeout: .seconds(20)))
            let result = try #require(try record.result?.decode(RedactAllEvents.Result.self), "\(record)")
            #expect(result.verified && result.redacted == 22)
            #expect(try await fixture.timesRedacted(server) == [1])
            #expect(try await TestHandlers.client(server.configuration).rateLimitOverride(of: fixture.spammer.id) == before)
        }
    }

    @Test func `a limit that a dead task has lifted is put back by the task that was stored before`() async throws {
        try await withLimitedSpammer { server, fixture, scheduler in
            let client = TestHandlers.client(server.configuration)
            let handler = RedactAllEventsHandler(client: client, desk: scheduler, settings: TestHandlers.settings)
            // Nobody goes on with this task, and its own attempt to put the limit back is lost.
            server.state.faults.inject(.cut, next: 1000, method: "DELETE", pathContaining: "override_ratelimit")
            _ = try await InMemoryTask().attempt(handler, fixture.params)
            server.state.faults.clear()
            #expect(try await client.rateLimitOverride(of: fixture.spammer.id) == RateLimitLift.lifted)
            let guardian = try #require(try await scheduler.all(RestoreRateLimit.name).first)
            #expect(guardian.status == .scheduled)
            _ = try await scheduler.retry(guardian.id)
            try await scheduler.wait(for: guardian.id, status: .complete)
            #expect(try await client.rateLimitOverride(of: fixture.spammer.id) == nil)
        }
    }

    @Test func `a task that waits, or that nobody can run, keeps no limit lifted`() async throws {
        try await withLimitedSpammer { server, fixture, scheduler in
            let client = TestHandlers.client(server.configuration)
            try await client.setRateLimitOverride(RateLimitLift.lifted, of: fixture.spammer.id)
            let waiting = try await scheduler.submit(
                TaskRequest(RedactAllEvents.self, fixture.params, runAt: .now.addingTimeInterval(3600)))
            let params = RestoreRateLimit.Params(
                userID: fixture.spammer.id, messagesPerSecond: nil, burstCount: nil, taskID: waiting.id.description)
            let keeper = try await scheduler.submit(TaskRequest(RestoreRateLimit.self, params))
            try await scheduler.wait(for: keeper.id, status: .complete)
            #expect(try await client.rateLimitOverride(of: fixture.spammer.id) == nil)
        }
    }

    @Test func `every attempt that lifts a limit has a keeper of its own`() async throws {
        try await withLimitedSpammer { server, fixture, scheduler in
            let client = TestHandlers.client(server.configuration)
            let handler = RedactAllEventsHandler(client: client, desk: scheduler, settings: TestHandlers.settings)
            let task = InMemoryTask()
            server.state.faults.inject(.cut, next: 1000, method: "DELETE", pathContaining: "override_ratelimit")
            server.state.faults.inject(.cut, next: 1000, skipping: 8, method: "PUT", pathContaining: "/redact/")
            _ = try await task.attempt(handler, fixture.params)
            server.state.faults.clear()
            // The keeper does its work before the next attempt begins.
            let first = try #require(try await scheduler.all(RestoreRateLimit.name).first)
            _ = try await scheduler.retry(first.id)
            try await scheduler.wait(for: first.id, status: .complete)
            let outcome = try await task.attempt(handler, fixture.params)
            let keepers = try await scheduler.all(RestoreRateLimit.name)
            let limit = try await client.rateLimitOverride(of: fixture.spammer.id)
            #expect(outcome?.isComplete == true, "\(String(describing: outcome))")
            #expect(keepers.count == 2 && limit == nil, "\(keepers) \(String(describing: limit))")
        }
    }

    @Test func `a limit that another task has lifted is not taken for the user's own`() async throws {
        try await withLimitedSpammer(before: RateLimitLift.lifted) { server, fixture, scheduler in
            let client = TestHandlers.client(server.configuration)
            let handler = RedactAllEventsHandler(client: client, desk: scheduler, settings: TestHandlers.settings)
            server.state.faults.inject(.tooManyRequests(retryAfter: .milliseconds(1)), method: "PUT", pathContaining: "/redact/")
            let outcome = try await InMemoryTask().attempt(handler, fixture.params)
            let keepers = try await scheduler.all(RestoreRateLimit.name)
            #expect(outcome?.isComplete == true && keepers.isEmpty)
        }
    }

    // I8
    @Test func `killed at any write while the limit is lifted, the next attempt leaves the limit as it was`() async throws {
        try await withLimitedSpammer { server, _, scheduler in
            let client = TestHandlers.client(server.configuration)
            let handler = RedactAllEventsHandler(client: client, desk: scheduler, settings: TestHandlers.settings)
            var (point, lifted) = (1, 0)
            while true {
                let fixture = try await SpamFixture(server, rooms: 1, messages: 6)
                let task = InMemoryTask(id: Int64(6000 + point))
                // A process that was killed puts nothing back.
                server.state.faults.inject(.cut, next: 1000, method: "DELETE", pathContaining: "override_ratelimit")
                let outcome = try await task.attempt(handler, fixture.params, diesAt: point)
                server.state.faults.clear()
                guard outcome == nil else { break }
                lifted += try await client.rateLimitOverride(of: fixture.spammer.id) == nil ? 0 : 1
                let end = try await task.attempt(handler, fixture.params)
                #expect(try end?.result(RedactAllEvents.Result.self)?.verified == true, "killed at write \(point)")
                #expect(try await client.rateLimitOverride(of: fixture.spammer.id) == nil, "killed at write \(point)")
                point += 1
            }
            #expect(lifted > 3)
        }
    }

    @Test func `without leave to lift limits they are obeyed`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 3, messages: 4)
            server.state.configure { $0.messageRate = SandboxRate(perSecond: 100, burst: 2) }
            let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server) { $0.liftsRateLimits = false }, fixture.params)
            #expect(try outcome?.result(RedactAllEvents.Result.self)?.verified == true)
            #expect(try await fixture.timesRedacted(server) == [1])
            #expect(server.state.callCount("override_ratelimit") == 0)
        }
    }

    @Test func `a refusal as too much halves what is on its way, and successes bring it back one by one`() async throws {
        let pace = Pace(most: 8) { _ in }
        for _ in 0..<8 { try await pace.enter() }
        await pace.limited(.milliseconds(40))
        await pace.limited(.milliseconds(40))
        #expect(await pace.allowed == 4)
        for _ in 0..<6 { await pace.succeeded() }
        for _ in 0..<34 {
            try await pace.enter()
            await pace.succeeded()
        }
        #expect(await pace.allowed == 6)
    }

    @Test func `events of one room only are on their way at a time, the room that began first before the others`() async throws {
        let pace = Pace(most: 2) { _ in }
        final class Order: Sendable {
            let ranks = Mutex<[Int]>([])
            var soFar: [Int] { ranks.withLock { $0 } }
        }
        let order = Order()
        try await pace.enter(rank: 3)
        try await pace.enter(rank: 3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for rank in [2, 1, 2, 1] {
                group.addTask {
                    try await pace.enter(rank: rank)
                    order.ranks.withLock { $0.append(rank) }
                }
            }
            try await eventually("all wait") { await pace.waitingCount == 4 }
            await pace.leave()
            #expect(order.soFar == [])
            await pace.leave()
            try await eventually("the first room's") { order.soFar == [1, 1] }
            await pace.leave()
            await pace.leave()
            try await group.waitForAll()
        }
        #expect(order.soFar == [1, 1, 2, 2])
    }

    @Test func `the last of a page are sent alone and tie the room's ends, also where few are left of many`() {
        let sizes = { (open: Int, count: Int) in
            RoomRedaction.turns(of: (0..<open).map { "$\($0)" }, onPageOf: count).map(\.count)
        }
        #expect(sizes(13, 13) == [11, 1, 1] && sizes(8, 8) == [7, 1] && sizes(5, 5) == [4, 1])
        #expect(sizes(4, 13) == [2, 1, 1] && sizes(2, 13) == [1, 1] && sizes(1, 13) == [1] && sizes(3, 6) == [2, 1])
        #expect(sizes(4, 4) == [4] && sizes(1, 1) == [1] && sizes(0, 13) == [] && sizes(0, 0) == [])
    }

    @Test func `rooms with few events go side by side, and never past one with many that began earlier`() async throws {
        let pace = Pace(most: 4) { _ in }
        try await pace.enter(rank: 1, isFew: true)
        try await pace.enter(rank: 2, isFew: true)
        let many = Task { try await pace.enter(rank: 3) }
        try await eventually("the room with many waits") { await pace.waitingCount == 1 }
        // There is room beside, and it began earlier.
        try await pace.enter(rank: 0, isFew: true)
        let later = Task { try await pace.enter(rank: 4, isFew: true) }
        try await eventually("who began later waits behind it") { await pace.waitingCount == 2 }
        for _ in 0..<3 { await pace.succeeded() }
        try await many.value
        #expect(await pace.waitingCount == 1)
        await pace.succeeded()
        try await later.value
        await pace.succeeded()
    }

    @Test func `who is cancelled while waiting for a turn takes none`() async throws {
        let pace = Pace(most: 1) { _ in }
        try await pace.enter()
        let waiting = Task { try await pace.enter() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        await pace.leave()
        try await pace.enter()
    }
}
