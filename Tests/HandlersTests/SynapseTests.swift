import AsyncHTTPClient
import Foundation
import HomeserverTasks
import SchedulerTesting
import Testing

@testable import Handlers

/// The claims that hold of the sandbox, held against a real Synapse.
@Suite(.timeLimit(.minutes(10)))
struct HandlersOnSynapseTests {
    @Test func `every message and join of the user is redacted once`() async throws {
        try await RedactBodies.redactsEverything(SynapseUnderTest.shared())
    }

    @Test func `a second run sends no redaction`() async throws {
        try await RedactBodies.secondRunRedactsNothing(SynapseUnderTest.shared())
    }

    @Test func `left, kicked and banned rooms are handed to Synapse's own redact`() async throws {
        try await RedactBodies.roomsWithoutTheUser(SynapseUnderTest.shared())
    }

    @Test func `left and kicked rooms are found on request`() async throws {
        try await RedactBodies.leftRoomsOnRequest(SynapseUnderTest.shared())
    }

    @Test func `only the types that were asked for are redacted, also where Synapse does it`() async throws {
        try await RedactBodies.onlyTheTypesAskedFor(SynapseUnderTest.shared())
    }

    @Test func `a dry run counts and redacts nothing`() async throws {
        try await RedactBodies.countsOnly(SynapseUnderTest.shared())
    }

    @Test func `a deactivated user's events are redacted in all rooms that were left by it`() async throws {
        let server = try await SynapseUnderTest.shared()
        let fixture = try await SpamFixture(server, rooms: 2, messages: 3)
        let client = TestHandlers.client(server.configuration)
        let deactivated = try await InMemoryTask().attempt(
            DeactivateUserHandler(client: client, settings: TestHandlers.settings), .init(userID: fixture.spammer.id))
        #expect(try deactivated?.result(DeactivateUser.Result.self)?.roomsLeftOver == 0)
        var params = fixture.params
        params.includeLeftRooms = true
        let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server), params)
        let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
        #expect(result.totals == RedactAllEvents.Result(redacted: 8, rooms: 2, verified: true))
        #expect(try await fixture.timesRedacted(server) == [1])
    }

    @Test func `events of one millisecond at every page's edge are each redacted once, in the room and out of it`() async throws {
        let server = try await SynapseUnderTest.shared()
        let fixture = try await SpamFixture(server, rooms: 2, messages: 0)
        for room in fixture.rooms {
            for number in 0..<14 {
                let path =
                    "/_matrix/client/v3/rooms/\(room)/send/m.room.message/tied\(number)?ts=1700000000000&user_id=\(fixture.spammer.id)"
                var request = HTTPClientRequest(url: server.configuration.url + path)
                request.method = .PUT
                request.headers.add(name: "Authorization", value: "Bearer \(server.applicationServiceToken)")
                request.body = .bytes(.init(string: #"{"msgtype":"m.text","body":"tied"}"#))
                #expect(try await TestHandlers.http.execute(request, timeout: .seconds(20)).status == .ok)
            }
        }
        try await server.ban(fixture.spammer, from: fixture.rooms[0], by: fixture.owner)
        let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server), fixture.params)
        let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
        #expect(result.totals == RedactAllEvents.Result(redacted: 30, rooms: 2, verified: true))
        for room in fixture.rooms {
            let counts = try await server.redactionCounts(in: room)
            #expect(counts.count == 15 && Set(counts.values) == [1])
        }
    }

    @Test func `a user is redacted, deactivated, and redacted once more`() async throws {
        let server = try await SynapseUnderTest.shared()
        try await withHomeserverWorker(server) { try await AccountBodies.redactsAndDeactivates(server, $0) }
    }

    @Test func `media are deleted and quarantined, the cache is purged`() async throws {
        let server = try await SynapseUnderTest.shared()
        let (client, settings) = (TestHandlers.client(server.configuration), TestHandlers.settings)
        let user = try await server.makeUser()
        for _ in 0..<3 { try await server.upload(by: user) }
        let quarantine = try await InMemoryTask().attempt(
            QuarantineUserMediaHandler(client: client, settings: settings), .init(userID: user.id))
        #expect(try quarantine?.result(QuarantineUserMedia.Result.self)?.quarantined == 3)
        var few = settings
        few.mediaAtOnce = 2
        let delete = try await InMemoryTask().attempt(DeleteUserMediaHandler(client: client, settings: few), .init(userID: user.id))
        #expect(try delete?.result(DeleteUserMedia.Result.self)?.deleted == 3)
        let purge = try await InMemoryTask().attempt(
            PurgeMediaCacheHandler(client: client, settings: settings), .init(beforeTs: 1_700_000_000_000))
        #expect(try purge?.result(PurgeMediaCache.Result.self)?.deleted == 0)
    }

    @Test func `an application service redacts every message once`() async throws {
        let server = try await SynapseUnderTest.shared()
        let fixture = try await SpamFixture(server, rooms: 1, messages: 5)
        let handler = TestHandlers.redact(server) { $0.puppet = .applicationService(asToken: server.applicationServiceToken) }
        let outcome = try await InMemoryTask().attempt(handler, fixture.params)
        #expect(try outcome?.result(RedactAllEvents.Result.self)?.verified == true)
        #expect(try await fixture.timesRedacted(server) == [1])
    }

    @Test func `everything before the bound goes in slices, the bound stays`() async throws {
        try await PurgeBodies.purgesInSlices(SynapseUnderTest.shared())
    }

    @Test func `a time as bound goes by arrival: an event dated in the past moves nothing`() async throws {
        let server = try await SynapseUnderTest.shared()
        let fixture = try await SpamFixture(server, rooms: 1, messages: 14)
        let room = fixture.rooms[0]
        let bound = Int64(Date().timeIntervalSince1970 * 1000) + 1
        let later = try await server.send(3, to: room, as: fixture.owner)
        let path = "/_matrix/client/v3/rooms/\(room)/send/m.room.message/forged?ts=5&user_id=\(fixture.spammer.id)"
        var request = HTTPClientRequest(url: server.configuration.url + path)
        request.method = .PUT
        request.headers.add(name: "Authorization", value: "Bearer \(server.applicationServiceToken)")
        request.body = .bytes(.init(string: #"{"msgtype":"m.text","body":"forged"}"#))
        #expect(try await TestHandlers.http.execute(request, timeout: .seconds(20)).status == .ok)
        let before = try await server.messages(in: room)
        #expect(before.count == 20)
        var params = PurgeHistory.Params(roomID: room, purgeUpToTs: 6, deleteLocalEvents: true)
        #expect(try await InMemoryTask().attempt(TestHandlers.purge(server), params)?.isComplete == true)
        #expect(try await server.messages(in: room) == before)
        params.purgeUpToTs = bound
        #expect(try await InMemoryTask().attempt(TestHandlers.purge(server), params)?.isComplete == true)
        let left = try await server.messages(in: room)
        #expect(left.suffix(4) == before.suffix(4) && left.count <= 6)
        #expect(Set(later).isSubset(of: left))
    }

    @Test func `the room is gone, and the result names who was removed`() async throws {
        try await RoomDeleteBodies.deletes(SynapseUnderTest.shared())
    }
}
