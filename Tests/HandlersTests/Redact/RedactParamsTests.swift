import HomeserverTasks
import Scheduler
import SchedulerTesting
import Testing

@testable import Handlers

@Suite(.timeLimit(.minutes(2)))
struct RedactParamsTests {
    @Test func `left and kicked rooms are found on request, and only then`() async throws {
        try await SandboxUnderTest.run { server in try await RedactBodies.leftRoomsOnRequest(server) }
    }

    @Test func `only the types that were asked for are redacted, also where the homeserver does it`() async throws {
        try await SandboxUnderTest.run { server in try await RedactBodies.onlyTheTypesAskedFor(server) }
    }

    @Test func `a dry run counts and redacts nothing`() async throws {
        try await SandboxUnderTest.run { server in try await RedactBodies.countsOnly(server) }
    }

    @Test func `types that the homeserver's own redact does not take are redacted where the user is, and named where not`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 1)
            let stickers = try fixture.rooms.map { try server.state.send(to: $0, by: fixture.spammer.id, type: "m.sticker", content: [:]) }
            try await server.ban(fixture.spammer, from: fixture.rooms[1], by: fixture.owner)
            var params = fixture.params
            params.eventTypes = ["m.sticker"]
            let result = try #require(
                try await InMemoryTask().attempt(TestHandlers.redact(server), params)?.result(RedactAllEvents.Result.self))
            #expect(try await server.redactionCounts(in: fixture.rooms[0]) == [stickers[0]: 1])
            #expect(result.failedRedactions.keys.sorted() == [stickers[1]] && !result.verified)
        }
    }

    @Test(arguments: [1, 3]) func `no more redactions are on their way at once than asked for`(_ concurrency: Int) async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 6, messages: 4)
            server.state.faults.inject(.slow(.milliseconds(100)), next: 1000, pathContaining: "/redact/")
            var params = fixture.params
            params.concurrency = concurrency
            _ = try await InMemoryTask().attempt(TestHandlers.redact(server), params)
            #expect(server.state.peakInFlight("/redact/") == concurrency)
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }

    @Test func `one room is redacted after the other, others fill the gaps only`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 3, messages: 30)
            server.state.faults.inject(.slow(.milliseconds(5)), next: 1000, pathContaining: "/redact/")
            var settings = TestHandlers.settings
            (settings.pageSize, settings.roomsAtOnce) = (100, 3)
            let handler = RedactAllEventsHandler(client: TestHandlers.client(server.configuration), settings: settings)
            _ = try await InMemoryTask().attempt(handler, fixture.params)
            let rooms = server.state.requests.filter { $0.endpoint.contains("/redact/") }.compactMap { request in
                fixture.rooms.first { request.target.contains(SynapseClient.encoded($0)) }
            }
            #expect(rooms.count == 93)
            let changes = zip(rooms, rooms.dropFirst()).count { $0 != $1 }
            #expect(changes < 25, "\(rooms)")
        }
    }

    @Test func `params that cannot be meant are refused by name`() throws {
        func field(_ change: (inout RedactAllEvents.Params) -> Void) -> String? {
            var params = RedactAllEvents.Params(userID: "@a:x")
            change(&params)
            do {
                try RedactAllEvents.validate(params)
                return nil
            } catch {
                return (error as? InvalidParams)?.field
            }
        }
        #expect(field { $0.concurrency = 12 } == nil && field { $0.eventTypes = ["m.reaction"] } == nil)
        for concurrency in [0, -1, 13] { #expect(field { $0.concurrency = concurrency } == "concurrency") }
        for types in [[], ["m.room.create"], ["m.*"], [""], Array(repeating: "x", count: 201)] {
            #expect(field { $0.eventTypes = types } == "event_types")
        }
        #expect(field { $0.eventTypes = ["*"] } == nil && field { $0.eventTypes = Array(repeating: "x", count: 200) } == nil)
        let now: Int64 = 1_764_000_000_000
        #expect(field { ($0.afterTs, $0.beforeTs) = (now, now) } == nil && field { ($0.afterTs, $0.beforeTs) = (now, 0) } == nil)
        #expect(field { ($0.afterTs, $0.beforeTs) = (now + 1, now) } == "after_ts")
        #expect(field { $0.beforeTs = now / 1000 } == "before_ts" && field { $0.afterTs = now / 1000 } == "after_ts")
    }

    @Test func `a build that would not see a dry run does not get the task`() {
        #expect(ActionDefinition(RedactAllEvents.self).schemaDigest == "redact_all_events/3")
    }
}
