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
        #expect(result.totals == RedactAllEvents.Result(redacted: 33, rooms: 3, verified: true))
        #expect(result.perRoom == Dictionary(uniqueKeysWithValues: fixture.rooms.map { ($0, .init(redacted: 11)) }))
        #expect(try await fixture.timesRedacted(server) == [1])
        #expect(task.progress == TaskProgress(done: 33, total: 33))
    }

    static func secondRunRedactsNothing(_ server: any HomeserverUnderTest) async throws {
        let fixture = try await SpamFixture(server, rooms: 2, messages: 6)
        _ = try await InMemoryTask().attempt(TestHandlers.redact(server), fixture.params)
        let outcome = try await InMemoryTask(id: 4712).attempt(TestHandlers.redact(server), fixture.params)
        let result = try outcome?.result(RedactAllEvents.Result.self)
        #expect(result?.totals == RedactAllEvents.Result(alreadyRedacted: 14, rooms: 2, verified: true))
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
        #expect(result.totals == RedactAllEvents.Result(redacted: 24, rooms: 4, verified: true))
        let times = try await fixture.timesRedacted(server)
        #expect(times.isSubset(of: server.timesByItself), "\(times) \(result)")
    }

    /// A user who has left, was kicked from and banned from all rooms but one, found without being told where.
    static func leftRoomsOnRequest(_ server: any HomeserverUnderTest) async throws {
        let fixture = try await SpamFixture(server, rooms: 4, messages: 5)
        try await server.leave(fixture.rooms[0], as: fixture.spammer)
        try await server.kick(fixture.spammer, from: fixture.rooms[1], by: fixture.owner)
        try await server.ban(fixture.spammer, from: fixture.rooms[2], by: fixture.owner)
        var params = fixture.params
        let asSynapse = try await InMemoryTask(id: 1).attempt(TestHandlers.redact(server), params)
        let first = try #require(try asSynapse?.result(RedactAllEvents.Result.self))
        #expect(first.perRoom.keys.sorted() == [fixture.rooms[2], fixture.rooms[3]].sorted() && first.redacted == 12)
        params.includeLeftRooms = true
        let outcome = try await InMemoryTask(id: 2).attempt(TestHandlers.redact(server), params)
        let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
        #expect(result.totals == RedactAllEvents.Result(redacted: 12, alreadyRedacted: 12, rooms: 4, verified: true))
        let times = try await fixture.timesRedacted(server)
        #expect(times.isSubset(of: server.timesByItself), "\(times)")
    }

    /// Messages alone go, in a room with the user and in one without; the joins stay.
    static func onlyTheTypesAskedFor(_ server: any HomeserverUnderTest) async throws {
        let fixture = try await SpamFixture(server, rooms: 2, messages: 4)
        try await server.ban(fixture.spammer, from: fixture.rooms[0], by: fixture.owner)
        var params = fixture.params
        params.eventTypes = ["m.room.message"]
        let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server), params)
        let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
        #expect(result.totals == RedactAllEvents.Result(redacted: 8, rooms: 2, verified: true))
        for room in fixture.rooms {
            let counts = try await server.redactionCounts(in: room)
            #expect(Set(counts.keys) == Set(fixture.messages[room, default: []]))
            #expect(Set(counts.values).isSubset(of: room == fixture.rooms[0] ? server.timesByItself : [1]), "\(counts)")
        }
    }

    static func countsOnly(_ server: any HomeserverUnderTest) async throws {
        let fixture = try await SpamFixture(server, rooms: 3, messages: 6)
        try await server.leave(fixture.rooms[0], as: fixture.spammer)
        var params = fixture.params
        params.dryRun = true
        let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server), params)
        let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
        #expect(result.wouldRedact == 14 && result.redacted == 0 && result.rooms == 2 && !result.verified)
        #expect(result.perRoom.values.allSatisfy { $0.redacted == 7 })
        for room in fixture.rooms { #expect(try await server.redactionCounts(in: room).isEmpty) }
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

extension RedactAllEvents.Result {
    /// Without what is told by room, and without remarks on what nobody asked for.
    var totals: Self {
        var totals = self
        (totals.perRoom, totals.stays, totals.notes) = ([:], [:], [])
        return totals
    }
}
