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
