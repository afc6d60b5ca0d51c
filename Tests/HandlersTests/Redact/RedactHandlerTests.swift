import HomeserverTasks
import SandboxHomeserver
import Scheduler
import Testing

@testable import Handlers

@Suite(.timeLimit(.minutes(2)))
struct RedactHandlerTests {
    @Test func `every message and join of the user is redacted once, and a last look says so`() async throws {
        try await SandboxUnderTest.run { server in try await RedactBodies.redactsEverything(server) }
    }

    @Test func `a second run sends no redaction`() async throws {
        try await SandboxUnderTest.run { server in
            try await RedactBodies.secondRunRedactsNothing(server)
        }
    }

    @Test func `left, kicked and banned rooms are handed to the homeserver's own redact`() async throws {
        try await SandboxUnderTest.run { server in try await RedactBodies.roomsWithoutTheUser(server) }
    }

    @Test func `an application service redacts from a device that is gone afterwards`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 5)
            let handler = TestHandlers.redact(server) { $0.puppet = .applicationService(asToken: server.applicationServiceToken) }
            let outcome = try await InMemoryTask().attempt(handler, fixture.params)
            #expect(try outcome?.result(RedactAllEvents.Result.self)?.verified == true)
            #expect(try await fixture.timesRedacted(server) == [1])
            #expect(server.state.devices(of: fixture.spammer.id) == ["FIRST"])
            #expect(server.state.callCount("/login") == 0)
        }
    }

    @Test func `an unknown room does not fail the others`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            var params = fixture.params
            params.rooms = ["!nosuch:sandbox.test"] + fixture.rooms
            let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server), params)
            let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
            #expect(result.failedRooms.keys.sorted() == ["!nosuch:sandbox.test"])
            #expect(result.redacted == 4)
            #expect(!result.verified)
        }
    }

    // I10
    @Test func `a room that another task holds is left for later, the others are done`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 3, messages: 3)
            let task = InMemoryTask(heldElsewhere: [RoomKey.of(fixture.rooms[1])])
            let outcome = try await task.attempt(TestHandlers.redact(server), fixture.params)
            guard case .snoozed = try #require(outcome) else {
                Issue.record("the task did not wait for the room")
                return
            }
            #expect(try await server.redactionCounts(in: fixture.rooms[0]).count == 4)
            #expect(try await server.redactionCounts(in: fixture.rooms[1]).isEmpty)
            task.releaseElsewhere()
            let end = try await task.attempt(TestHandlers.redact(server), fixture.params)
            #expect(try end?.result(RedactAllEvents.Result.self)?.redacted == 12)
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }

    @Test func `the limit counts the newest events of a room, redacted ones too`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 9)
            var params = fixture.params
            params.limit = 6
            for _ in 0..<2 {
                let result = try await InMemoryTask().attempt(TestHandlers.redact(server), params)?.result(RedactAllEvents.Result.self)
                // Older messages are readable: the limit does not make that verified.
                #expect(result?.verified == false && result?.failedRooms.isEmpty == true)
            }
            let counts = try await server.redactionCounts(in: fixture.rooms[0])
            #expect(Set(counts.keys) == Set(fixture.messages[fixture.rooms[0]]?.suffix(6) ?? []))
        }
    }

    @Test func `a version that loses redacts is never asked to redact`() async throws {
        try await SandboxUnderTest.run { server in
            server.state.configure { $0.version = "1.117.0" }
            let fixture = try await SpamFixture(server, rooms: 2, messages: 2)
            try await server.ban(fixture.spammer, from: fixture.rooms[0], by: fixture.owner)
            let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server), fixture.params)
            let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
            #expect(result.failedRooms[fixture.rooms[0]]?.contains("1.119") == true)
            #expect(result.redacted == 3)
            #expect(server.state.jobs.isEmpty)
        }
    }

    @Test func `cancelling stops between events and keeps what was done`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 8)
            let task = InMemoryTask()
            let handler = TestHandlers.redact(server)
            let attempt = Task { try await task.attempt(handler, fixture.params) }
            task.cancel(afterWrites: 8) { attempt.cancel() }
            let result = try #require(try await attempt.value?.result(RedactAllEvents.Result.self))
            var counted = 0
            for room in fixture.rooms { counted += try await server.redactionCounts(in: room).count }
            #expect(result.redacted == counted)
            #expect(counted < 18)
            #expect(!result.verified)
        }
    }

    @Test func `a handler is ready only with a server admin's token`() async throws {
        try await SandboxUnderTest.run { server in
            try await TestHandlers.redact(server).prepare()
            let user = try await server.makeUser()
            await #expect(throws: (any Error).self) { try await TestHandlers.redact(server) { $0.adminToken = user.token }.prepare() }
            let unknown = TestHandlers.redact(server) { $0.adminToken = "secret-and-wrong" }
            let error = await #expect(throws: (any Error).self) { try await unknown.prepare() }
            #expect("\(try #require(error))".contains("homeserver.admin_token_path"))
            #expect(!"\(try #require(error))".contains("secret-and-wrong"))  // I11
        }
    }
}
