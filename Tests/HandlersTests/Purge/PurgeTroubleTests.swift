import HomeserverTasks
import SandboxHomeserver
import Scheduler
import Testing

@testable import Handlers

/// What a purge makes of a homeserver that forgets, fails, or is not who answers.
@Suite(.timeLimit(.minutes(2)))
struct PurgeTroubleTests {
    @Test func `a purge that the homeserver forgets is looked after, and done again`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            let bound = fixture.messages[fixture.rooms[0]]?[2] ?? ""
            let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: bound, deleteLocalEvents: true)
            let task = InMemoryTask()
            server.state.holdJobs()
            // Writes: the key, the bound, the plan, the purge's id.
            task.after(writes: 4) {
                server.state.jobs.last.map { server.state.forgetJob($0.id) }
                server.state.releaseJobs()
            }
            let result = try #require(try await task.attempt(TestHandlers.purge(server), params)?.result(PurgeHistory.Result.self))
            #expect(result.forgotten == 1 && result.emptySlices == 0)
            #expect(try await server.messages(in: fixture.rooms[0]).first == bound)
        }
    }

    @Test func `a purge that the homeserver forgot once it was done is not done again`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            let bound = fixture.messages[fixture.rooms[0]]?[2] ?? ""
            let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: bound, deleteLocalEvents: true)
            let task = InMemoryTask()
            _ = try await task.attempt(TestHandlers.purge(server), params, diesAt: 5)
            await server.state.waitUntilJobsEnd()
            let begun = server.state.jobs.count
            server.state.jobs.forEach { server.state.forgetJob($0.id) }
            let before = server.state.callCount("POST /_synapse/admin/v1/purge_history")
            let result = try #require(try await task.attempt(TestHandlers.purge(server), params)?.result(PurgeHistory.Result.self))
            #expect(begun == 1 && result.forgotten == 1)
            #expect(server.state.callCount("POST /_synapse/admin/v1/purge_history") - before == result.slices - 1)
        }
    }

    @Test func `a homeserver that forgets every purge ends an attempt in error, not as complete`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            for bound in [
                PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: fixture.messages[fixture.rooms[0]]?[2]),
                PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToTs: 4_000_000_000_000),
            ] {
                for _ in 0..<3 { try server.state.failNextJob("purge_history", error: "lost") }
                server.state.faults.inject(.forgotten, next: 3, method: "GET", pathContaining: "/purge_history_status/")
                guard case .retry(_, let error) = try #require(try await InMemoryTask().attempt(TestHandlers.purge(server), bound)) else {
                    Issue.record("it did not say that it failed")
                    return
                }
                #expect(error.contains("forgot"))
                #expect(server.state.messages(in: fixture.rooms[0]).count == 5)
            }
        }
    }

    @Test func `a proxy's 404 is no proof that anything was purged`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            server.state.faults.inject(.proxyError(404), next: 100, method: "POST", pathContaining: "/purge_history/")
            let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: fixture.messages[fixture.rooms[0]]?[2])
            await #expect(throws: DependencyUnavailable.self) {
                try await InMemoryTask().attempt(TestHandlers.purge(server), params)
            }
        }
    }

    @Test func `a statement that takes too long halves the slices`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 20)
            let bound = fixture.messages[fixture.rooms[0]]?[15] ?? ""
            let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: bound, deleteLocalEvents: true)
            try server.state.failNextJob("purge_history", error: "canceling statement due to statement timeout")
            var settings = TestHandlers.settings
            settings.sliceEvents = 100
            let handler = PurgeHistoryHandler(client: TestHandlers.client(server.configuration), settings: settings)
            let task = InMemoryTask()
            guard case .retry(_, let error) = try #require(try await task.attempt(handler, params)) else {
                Issue.record("it was not tried again")
                return
            }
            #expect(error.contains("50 events"))
            #expect(try await task.attempt(handler, params)?.isComplete == true)
            #expect(try await server.messages(in: fixture.rooms[0]).first == bound)
        }
    }
}
