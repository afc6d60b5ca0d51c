import HomeserverTasks
import Scheduler
import Testing

@testable import Handlers

/// What must hold of a redact on every homeserver, the sandbox or a real one.
enum RedactBodies {
    static func redactsEverything(_ server: any HomeserverUnderTest) async throws {
        let fixture = try await SpamFixture(server, rooms: 3, messages: 10)
        let task = InMemoryTask()
        let outcome = try await task.attempt(TestHandlers.redact(server), fixture.params)
        let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
        #expect(result == RedactAllEvents.Result(redacted: 33, rooms: 3, verified: true))
        #expect(try await fixture.timesRedacted(server) == [1])
        #expect(task.progress == TaskProgress(done: 33, total: 33))
    }

    static func secondRunRedactsNothing(_ server: any HomeserverUnderTest) async throws {
        let fixture = try await SpamFixture(server, rooms: 2, messages: 6)
        _ = try await InMemoryTask().attempt(TestHandlers.redact(server), fixture.params)
        let outcome = try await InMemoryTask(id: 4712).attempt(TestHandlers.redact(server), fixture.params)
        #expect(try outcome?.result(RedactAllEvents.Result.self) == RedactAllEvents.Result(alreadyRedacted: 14, rooms: 2, verified: true))
        #expect(try await fixture.timesRedacted(server) == [1])
    }

    static func roomsWithoutTheUser(_ server: any HomeserverUnderTest) async throws {
        let fixture = try await SpamFixture(server, rooms: 4, messages: 5)
        try await server.leave(fixture.rooms[0], as: fixture.spammer)
        try await server.kick(fixture.spammer, from: fixture.rooms[1], by: fixture.owner)
        try await server.ban(fixture.spammer, from: fixture.rooms[2], by: fixture.owner)
        var params = fixture.params
        params.rooms = fixture.rooms
        let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server), params)
        let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
        #expect(result == RedactAllEvents.Result(redacted: 24, rooms: 4, verified: true))
        #expect(try await fixture.timesRedacted(server) == [1])
    }

    /// Kills an attempt at each of its writes in turn, and lets the next one finish.
    static func survivesEveryKill(
        _ server: any HomeserverUnderTest, handler: RedactAllEventsHandler, prepare: (SpamFixture) async throws -> Void = { _ in }
    ) async throws {
        var (point, survived) = (1, 0)
        while true {
            let fixture = try await SpamFixture(server, rooms: 2, messages: 5)
            try await prepare(fixture)
            var params = fixture.params
            params.rooms = fixture.rooms
            let task = InMemoryTask(id: Int64(5000 + point))
            var outcome = try await task.attempt(handler, params, diesAt: point)
            let wasKilled = outcome == nil
            if wasKilled { outcome = try await task.attempt(handler, params) }
            let result = try #require(try outcome?.result(RedactAllEvents.Result.self), "killed at write \(point)")
            #expect(try await fixture.timesRedacted(server) == [1], "killed at write \(point)")
            #expect(result.redacted + result.alreadyRedacted == 12, "killed at write \(point)")
            #expect(result.verified, "killed at write \(point)")
            #expect(task.largestCheckpoint < 65_536)
            guard wasKilled else { break }
            survived += 1
            point += 1
        }
        #expect(survived > 15)
    }
}
