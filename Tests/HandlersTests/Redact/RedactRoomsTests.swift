import HomeserverClient
import HomeserverTasks
import SandboxHomeserver
import Scheduler
import Testing

@testable import Handlers

/// Which rooms a redact takes when it is to find them itself.
@Suite(.timeLimit(.minutes(1)))
struct RedactRoomsTests {
    private struct Told: Decodable {
        var rooms: Int
        var verified: Bool
        var not_verified: [String]?
        var left_rooms: Int?
        var delegated_rooms: Int?
        var rooms_omitted: Bool?
    }

    @Test func `rooms too many to keep by id are found again by their marks, and no others with them`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 3, messages: 3)
            // One was left before the task began, the others while it waited.
            for room in fixture.rooms { try await server.leave(room, as: fixture.spammer) }
            let task = InMemoryTask()
            let begun = RedactCheckpoint(roomMarks: RoomMarks(of: Array(fixture.rooms.dropFirst())))
            try await task.save(checkpoint: JSONBytes(encoding: begun), progress: nil)
            let told = try #require(try await task.attempt(TestHandlers.redact(server), fixture.params)?.result(Told.self))
            #expect(told.rooms == 2 && told.delegated_rooms == 2)
            #expect(!told.verified && told.not_verified?.count == 1 && told.not_verified?[0].contains("include_left_rooms") == true)
            #expect(try await server.redactionCounts(in: fixture.rooms[0]).isEmpty)
            #expect(try await server.redactionCounts(in: fixture.rooms[1]).count == 4)
        }
    }

    @Test func `rooms too many to keep in any way are never called verified, and left ones stay as they are`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 3)
            try await server.leave(fixture.rooms[0], as: fixture.spammer)
            let task = InMemoryTask()
            try await task.save(checkpoint: JSONBytes(encoding: RedactCheckpoint(roomsOmitted: true)), progress: nil)
            let told = try #require(try await task.attempt(TestHandlers.redact(server), fixture.params)?.result(Told.self))
            #expect(told.rooms == 1 && !told.verified && told.rooms_omitted == true)
            #expect(try await server.redactionCounts(in: fixture.rooms[0]).isEmpty)
        }
    }

    @Test func `who was kicked and is invited again escapes nothing`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 3)
            try await server.kick(fixture.spammer, from: fixture.rooms[0], by: fixture.owner)
            try server.state.invite(fixture.spammer.id, to: fixture.rooms[0])
            var params = fixture.params
            let first = try #require(try await InMemoryTask(id: 1).attempt(TestHandlers.redact(server), params)?.result(Told.self))
            #expect(first.rooms == 1 && first.left_rooms == 1 && first.delegated_rooms == nil && !first.verified)
            params.includeLeftRooms = true
            let second = try #require(try await InMemoryTask(id: 2).attempt(TestHandlers.redact(server), params)?.result(Told.self))
            #expect(second.rooms == 2 && second.verified && second.left_rooms == nil && second.delegated_rooms == 1)
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }

    @Test func `every membership is taken on request, joined and banned rooms else, and marked ones whatever they have become`() {
        let all = ["!j": "join", "!b": "ban", "!l": "leave", "!i": "invite", "!k": "knock"]
        let memberships = UserMemberships(rooms: all, joinedOnly: false)
        #expect(FoundRooms(memberships, withLeft: true).rooms == all.keys.sorted() && FoundRooms(memberships, withLeft: true).left == 0)
        #expect(FoundRooms(memberships, withLeft: false).rooms == ["!b", "!j"] && FoundRooms(memberships, withLeft: false).left == 3)
        #expect(FoundRooms(memberships, withLeft: true, marked: RoomMarks(of: ["!l", "!gone"])).rooms == ["!l"])
    }

    @Test func `as many rooms as have marks fit into a checkpoint`() throws {
        let rooms = (0..<RoomMarks.most).map { "!aRoomWhoseIdIsOfTheLengthThatVersion12Gives\(10_000 + $0)" }
        var checkpoint = RedactCheckpoint()
        checkpoint.keep(rooms)
        #expect(checkpoint.rooms == nil && checkpoint.roomMarks?.known(among: rooms + ["!other"]) == rooms)
        #expect(try JSONBytesSize.of(checkpoint) < RedactCheckpoint.mostRoomBytes + 1000)
    }
}
