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

    @Test func `the room is gone, and the result names who was removed`() async throws {
        try await RoomDeleteBodies.deletes(SynapseUnderTest.shared())
    }
}
