import HomeserverClient
import HomeserverTasks
import SandboxHomeserver
import Scheduler
import Synchronization
import Testing

@testable import Handlers

/// A homeserver that asks to wait for long is waited for outside of attempts.
@Suite(.timeLimit(.minutes(1)))
struct LongLimitTests {
    private func expectSnoozed(_ outcome: Outcome?, _ waits: ClosedRange<Int>) throws {
        guard case .snoozed(let wait, _) = try #require(outcome) else {
            Issue.record("it costs an attempt, or an hour: \(outcome.map { "\($0)" } ?? "")")
            return
        }
        #expect(waits.contains(Int(wait.components.seconds)))
    }

    @Test func `a redaction that is to wait for an hour ends the attempt, which costs none`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 3, messages: 5)
            server.state.faults.inject(
                .tooManyRequests(retryAfter: .seconds(3600)), next: 1000, skipping: 4, method: "PUT", pathContaining: "/redact/")
            let task = InMemoryTask()
            let handler = TestHandlers.redact(server) { $0.liftsRateLimits = false }
            try expectSnoozed(try await task.attempt(handler, fixture.params), 3500...3600)
            server.state.faults.clear()
            #expect(try await task.attempt(handler, fixture.params)?.isComplete == true)
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }

    @Test func `a delegated redact that is to wait for an hour ends the attempt too`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 5)
            try await server.ban(fixture.spammer, from: fixture.rooms[0], by: fixture.owner)
            server.state.faults.inject(
                .tooManyRequests(retryAfter: .seconds(3600)), method: "POST", pathPrefix: "/_synapse/admin/v1/user/")
            let task = InMemoryTask()
            try expectSnoozed(try await task.attempt(TestHandlers.redact(server), fixture.params), 3500...3600)
            #expect(try await task.attempt(TestHandlers.redact(server), fixture.params)?.isComplete == true)
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }

    @Test(arguments: [true, false]) func `a limit that is met first of all costs no attempt either`(_ dryRun: Bool) async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 1)
            server.state.faults.inject(
                .tooManyRequests(retryAfter: .milliseconds(20)), next: 1000, pathContaining: dryRun ? "/messages" : "/whoami")
            var params = fixture.params
            params.dryRun = dryRun
            let handler = RedactAllEventsHandler(client: TestHandlers.client(server.configuration), settings: TestHandlers.impatient)
            try expectSnoozed(try await InMemoryTask().attempt(handler, params), 1...1)
        }
    }

    @Test func `who would have to wait for longer than allowed gets no turn, and the turn goes on`() async throws {
        let pace = Pace(most: 1, longestWait: .seconds(60)) { _ in Issue.record("it waits") }
        try await pace.enter()
        await pace.limited(.seconds(3600))
        for _ in 0..<2 {
            let error = await #expect(throws: HomeserverError.self) { try await pace.enter() }
            #expect((error?.retryAfter ?? .zero) > .seconds(3500))
        }
    }

    @Test func `a call that is to wait for longer than allowed is not made again`() async throws {
        let calls = Mutex(0)
        let retrying = RetryingCalls(longestLimitWait: .seconds(60))
        await #expect(throws: HomeserverError.self) {
            try await retrying { _ in
                calls.withLock { $0 += 1 }
                throw HomeserverError(.limited(retryAfter: .seconds(61)), call: "x", status: 429)
            }
        }
        #expect(calls.withLock { $0 } == 1)
    }
}
