import HomeserverTasks
import SandboxHomeserver
import Scheduler
import Testing

@testable import Handlers

@Suite(.timeLimit(.minutes(2)))
struct PurgeHandlerTests {
    @Test func `everything before the bound goes in slices, the bound stays`() async throws {
        try await SandboxUnderTest.run { server in try await PurgeBodies.purgesInSlices(server) }
    }

    // I8
    @Test func `killed at any write, the next attempt ends the same`() async throws {
        try await SandboxUnderTest.run { server in
            var point = 1
            while true {
                let fixture = try await SpamFixture(server, rooms: 1, messages: 14)
                let bound = fixture.messages[fixture.rooms[0]]?[11] ?? ""
                let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: bound, deleteLocalEvents: true)
                let task = InMemoryTask()
                var outcome = try await task.attempt(TestHandlers.purge(server), params, diesAt: point)
                let wasKilled = outcome == nil
                if wasKilled { outcome = try await task.attempt(TestHandlers.purge(server), params) }
                #expect(outcome?.isComplete == true, "killed at write \(point)")
                #expect(try await server.messages(in: fixture.rooms[0]).first == bound, "killed at write \(point)")
                guard wasKilled else { break }
                point += 1
            }
            #expect(point > 8)
        }
    }

    @Test func `a purge whose id is known is followed, not begun again`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            let bound = fixture.messages[fixture.rooms[0]]?[2] ?? ""
            let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: bound, deleteLocalEvents: true)
            let task = InMemoryTask()
            server.state.holdJobs()
            let handler = TestHandlers.purge(server)
            // Writes: the key, the bound, the plan, the purge's id; the fifth would note the end.
            let attempt = Task { try await task.attempt(handler, params, diesAt: 5) }
            server.state.releaseJobs()
            #expect(try await attempt.value == nil)
            let begun = server.state.jobs.count
            let outcome = try await task.attempt(handler, params)
            #expect(outcome?.isComplete == true)
            #expect(server.state.jobs.count >= begun)
            #expect(try await server.messages(in: fixture.rooms[0]).first == bound)
        }
    }

    @Test(arguments: RedactFaultTests.faults)
    func `whatever befalls the start of a purge, it completes`(_ fault: RedactFaultTests.Fault) async throws {
        try await SandboxUnderTest.run { server in
            server.state.faults.inject(fault.kind, fault.moment, next: 2, method: "POST", pathContaining: "/purge_history/")
            try await PurgeBodies.purgesInSlices(server)
        }
    }

    @Test func `a failure that only new messages cure is tried again much later`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            try server.state.failNextJob("purge_history", error: "violates foreign key constraint \"sliding_sync_joined_rooms_x\"")
            let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: fixture.messages[fixture.rooms[0]]?[2])
            let outcome = try await InMemoryTask().attempt(TestHandlers.purge(server), params)
            guard case .retry(let wait?, _) = try #require(outcome) else {
                Issue.record("not tried again later")
                return
            }
            #expect(wait >= .seconds(600))
        }
    }

    @Test func `a time before the first event is nothing to do, an unknown event is final`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            let early = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToTs: 1)
            #expect(try await InMemoryTask().attempt(TestHandlers.purge(server), early)?.isComplete == true)
            let unknown = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: "$nosuch")
            await #expect(throws: FinalError.self) { _ = try await InMemoryTask().attempt(TestHandlers.purge(server), unknown) }
        }
    }

    // I10
    @Test func `a purge waits for whoever holds the room`() async throws {
        try await SandboxUnderTest.run { server in
            let task = InMemoryTask(heldElsewhere: [RoomKey.of("!a:sandbox.test")])
            let outcome = try await task.attempt(TestHandlers.purge(server), PurgeHistory.Params(roomID: "!a:sandbox.test", purgeUpToTs: 5))
            guard case .snoozed = try #require(outcome) else {
                Issue.record("the purge did not wait")
                return
            }
        }
    }
}

/// What must hold of a purge on every homeserver.
enum PurgeBodies {
    static func purgesInSlices(_ server: any HomeserverUnderTest) async throws {
        let fixture = try await SpamFixture(server, rooms: 1, messages: 20)
        let bound = fixture.messages[fixture.rooms[0]]?[15] ?? ""
        let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: bound, deleteLocalEvents: true)
        let task = InMemoryTask()
        let outcome = try await task.attempt(TestHandlers.purge(server), params)
        let result = try #require(try outcome?.result(PurgeHistory.Result.self))
        #expect(result.slices >= 3)
        #expect(result.emptySlices == 0)
        #expect(try await server.messages(in: fixture.rooms[0]).first == bound)
        #expect(try await server.messages(in: fixture.rooms[0]).count == 6)
        let progress = try #require(task.progress)
        #expect(progress.done == progress.total)
    }
}
