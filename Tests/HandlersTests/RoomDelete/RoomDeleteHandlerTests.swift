import HomeserverTasks
import SandboxHomeserver
import Scheduler
import Testing

@testable import Handlers

@Suite(.timeLimit(.minutes(2)))
struct RoomDeleteHandlerTests {
    @Test func `the room is gone, and the result names who was removed`() async throws {
        try await SandboxUnderTest.run { server in try await RoomDeleteBodies.deletes(server) }
    }

    // I8
    @Test func `killed at any write, the next attempt adopts the delete and asks for no second one`() async throws {
        try await SandboxUnderTest.run { server in
            var point = 1
            while true {
                let fixture = try await SpamFixture(server, rooms: 1, messages: 2)
                let before = server.state.jobs.count
                let params = ShutdownAndPurgeRoom.Params(roomID: fixture.rooms[0])
                let task = InMemoryTask()
                var outcome = try await task.attempt(TestHandlers.delete(server), params, diesAt: point)
                let wasKilled = outcome == nil
                if wasKilled { outcome = try await task.attempt(TestHandlers.delete(server), params) }
                let result = try #require(try outcome?.result(ShutdownAndPurgeRoom.Result.self), "killed at write \(point)")
                #expect(Set(result.kickedUsers) == [fixture.owner.id, fixture.spammer.id], "killed at write \(point)")
                #expect(server.state.jobs.count == before + 1, "killed at write \(point)")
                #expect(try await !server.roomExists(fixture.rooms[0]))
                guard wasKilled else { break }
                point += 1
            }
            #expect(point > 3)
        }
    }

    @Test func `a delete that somebody else began is waited for`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 2)
            server.state.holdJobs()
            let client = TestHandlers.client(server.configuration)
            _ = try await client.startRoomDelete(of: fixture.rooms[0], .init(block: false, purge: true, forcePurge: false))
            let (task, handler) = (InMemoryTask(), TestHandlers.delete(server))
            let params = ShutdownAndPurgeRoom.Params(roomID: fixture.rooms[0], block: true)
            // Writes: the key, what is known, the delete that is followed.
            let state = server.state
            task.after(writes: 3) { state.releaseJobs() }
            let result = try #require(try await task.attempt(handler, params)?.result(ShutdownAndPurgeRoom.Result.self))
            #expect(Set(result.kickedUsers) == [fixture.owner.id, fixture.spammer.id])
            #expect(server.state.isBlocked(fixture.rooms[0]))
        }
    }

    // In whatever words the homeserver refuses: its list of deletes says why.
    @Test func `a delete that somebody else began just before is waited for, other refusals are final`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 2)
            let params = ShutdownAndPurgeRoom.Params(roomID: fixture.rooms[0], block: true)
            server.state.faults.inject(.refusal(400, errcode: "M_UNKNOWN"), next: 1, method: "DELETE")
            guard case .failed? = try await InMemoryTask().attempt(TestHandlers.delete(server), params) else {
                Issue.record("a refusal was not final")
                return
            }

            server.state.holdJobs()
            let client = TestHandlers.client(server.configuration)
            _ = try await client.startRoomDelete(of: fixture.rooms[0], .init(block: false, purge: true, forcePurge: false))
            // Not there yet when the task looks, there when it asks for its own.
            server.state.faults.inject(.json(#"{"results": []}"#), next: 1, pathContaining: "/delete_status")
            server.state.faults.inject(.refusal(400, errcode: "M_UNKNOWN"), next: 1, method: "DELETE")
            let (task, state) = (InMemoryTask(), server.state)
            task.after(writes: 3) { state.releaseJobs() }
            let result = try #require(
                try await task.attempt(TestHandlers.delete(server), params)?.result(ShutdownAndPurgeRoom.Result.self))
            #expect(Set(result.kickedUsers) == [fixture.owner.id, fixture.spammer.id])
            #expect(try await !server.roomExists(fixture.rooms[0]))
        }
    }

    @Test(arguments: RedactFaultTests.faults)
    func `whatever befalls the request, there is one delete`(_ fault: RedactFaultTests.Fault) async throws {
        try await SandboxUnderTest.run { server in
            server.state.faults.inject(fault.kind, fault.moment, next: 1, method: "DELETE")
            try await RoomDeleteBodies.deletes(server)
            #expect(server.state.jobs.count == 1)
        }
    }

    @Test func `a room that the homeserver does not know is complete, and in doubt`() async throws {
        try await SandboxUnderTest.run { server in
            let params = ShutdownAndPurgeRoom.Params(roomID: "!nosuch:sandbox.test")
            let outcome = try await InMemoryTask().attempt(TestHandlers.delete(server), params)
            let result = try #require(try outcome?.result(ShutdownAndPurgeRoom.Result.self))
            #expect(result.notVerified?.count == 1 && result.kickedUsers.isEmpty)
            // One that is known is in no doubt, whenever the attempt is killed.
            for point in 1...4 {
                let fixture = try await SpamFixture(server, rooms: 1, messages: 1)
                let (task, known) = (InMemoryTask(), ShutdownAndPurgeRoom.Params(roomID: fixture.rooms[0]))
                let first = try await task.attempt(TestHandlers.delete(server), known, diesAt: point)
                let end = if let first { first } else { try await task.attempt(TestHandlers.delete(server), known) }
                #expect(try #require(try end?.result(ShutdownAndPurgeRoom.Result.self)).notVerified == nil, "killed at write \(point)")
            }
        }
    }

    @Test func `joined users are final, another failure is tried again`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 2)
            let (task, params) = (InMemoryTask(), ShutdownAndPurgeRoom.Params(roomID: fixture.rooms[0]))
            try server.state.failNextJob("shutdown_and_purge_room", error: "could not serialize access")
            guard case .retry(_, let why)? = try await task.attempt(TestHandlers.delete(server), params) else {
                Issue.record("not tried again")
                return
            }
            #expect(why.contains("could not serialize access"))
            try server.state.failNextJob("shutdown_and_purge_room", error: "Users are still joined to this room")
            guard case .failed(let error, _)? = try await task.attempt(TestHandlers.delete(server), params) else {
                Issue.record("not final")
                return
            }
            #expect(error.contains("force_purge"))
        }
    }
}

/// What must hold of a room delete on every homeserver.
enum RoomDeleteBodies {
    static func deletes(_ server: any HomeserverUnderTest) async throws {
        let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
        let params = ShutdownAndPurgeRoom.Params(roomID: fixture.rooms[0])
        let outcome = try await InMemoryTask().attempt(TestHandlers.delete(server), params)
        let result = try #require(try outcome?.result(ShutdownAndPurgeRoom.Result.self))
        #expect(Set(result.kickedUsers) == [fixture.owner.id, fixture.spammer.id])
        #expect(try await !server.roomExists(fixture.rooms[0]))
    }
}
