import HomeserverClient
import HomeserverTasks
import SandboxHomeserver
import Scheduler
import SchedulerTesting
import Testing

@testable import Handlers

@Suite(.timeLimit(.minutes(2)))
struct RedactFaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let kind: SandboxFault.Kind
        let moment: SandboxFault.Moment
        var testDescription: String { "\(kind) \(moment)" }
    }

    static let faults = [
        Fault(kind: .tooManyRequests(retryAfter: .milliseconds(60)), moment: .beforeEffect),
        Fault(kind: .status(500), moment: .beforeEffect), Fault(kind: .status(500), moment: .afterEffect),
        Fault(kind: .proxyError(502), moment: .beforeEffect), Fault(kind: .proxyError(502), moment: .afterEffect),
        // A proxy whose backend is away may say that there is nothing.
        Fault(kind: .proxyError(404), moment: .beforeEffect), Fault(kind: .proxyError(404), moment: .afterEffect),
        Fault(kind: .cut, moment: .beforeEffect), Fault(kind: .cut, moment: .afterEffect),
        Fault(kind: .slow(.milliseconds(50)), moment: .beforeEffect),
    ]

    @Test(arguments: faults)
    func `whatever befalls a redaction, the event is redacted once`(_ fault: Fault) async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 5)
            server.state.faults.inject(fault.kind, fault.moment, next: 2, skipping: 3, method: "PUT", pathContaining: "/redact/")
            let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server), fixture.params)
            let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
            #expect(result.verified)
            #expect(result.redacted == 12)
            #expect(try await fixture.timesRedacted(server) == [1])
            #expect(server.state.faults.pending.isEmpty)
        }
    }

    @Test(arguments: faults)
    func `whatever befalls a page of events, nothing is missed`(_ fault: Fault) async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 5)
            server.state.faults.inject(fault.kind, fault.moment, next: 2, skipping: 1, method: "GET", pathContaining: "/messages")
            let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server), fixture.params)
            #expect(try outcome?.result(RedactAllEvents.Result.self)?.verified == true)
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }

    @Test(arguments: faults)
    func `whatever befalls a delegated redact, the event is redacted once`(_ fault: Fault) async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 5)
            try await server.ban(fixture.spammer, from: fixture.rooms[0], by: fixture.owner)
            server.state.faults.inject(fault.kind, fault.moment, next: 1, method: "POST", pathPrefix: "/_synapse/admin/v1/user/")
            let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server), fixture.params)
            #expect(try outcome?.result(RedactAllEvents.Result.self)?.verified == true)
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }

    @Test func `a proxy whose homeserver is away gives no room up`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 3)
            let task = InMemoryTask()
            for _ in 0..<5 {
                server.state.faults.inject(.proxyError(502), next: 1000, skipping: 1, pathContaining: "/redact/")
                // The attempt's own first look passes.
                server.state.faults.inject(.proxyError(502), next: 1000, skipping: 1, pathContaining: "/whoami")
                await #expect(throws: DependencyUnavailable.self) {
                    try await task.attempt(TestHandlers.redact(server), fixture.params)
                }
                server.state.faults.clear()
            }
            let outcome = try await task.attempt(TestHandlers.redact(server), fixture.params)
            #expect(try outcome?.result(RedactAllEvents.Result.self)?.verified == true)
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }

    @Test(arguments: [SandboxFault.Kind.proxyError(502), .proxyError(503), .proxyError(504)])
    func `a room that only a proxy answers for is given up, and the others are redacted`(_ fault: SandboxFault.Kind) async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 3, messages: 3)
            let bad = fixture.rooms[1]
            server.state.faults.inject(fault, next: 100_000, pathContaining: "/rooms/\(bad)/messages")
            let (task, handler) = (InMemoryTask(), TestHandlers.redact(server))
            // Three tries count; the next attempt passes over the room.
            for _ in 0..<3 {
                let outcome = try? await task.attempt(handler, fixture.params)
                #expect(outcome?.isComplete != true)
            }
            let outcome = try await task.attempt(handler, fixture.params)
            let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
            #expect(result.failedRooms.keys.sorted() == [bad])
            #expect(!result.verified && result.redacted > 0)
            #expect(Set(result.perRoom.keys).isSuperset(of: Set(fixture.rooms).subtracting([bad])))
        }
    }

    @Test func `a delegated redact that passing troubles stop blames no event`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 5)
            try await server.ban(fixture.spammer, from: fixture.rooms[0], by: fixture.owner)
            server.state.faults.inject(.cut, next: 1000, method: "POST", pathPrefix: "/_synapse/admin/v1/user/")
            let task = InMemoryTask()
            guard case .retry = try #require(try await task.attempt(TestHandlers.redact(server), fixture.params)) else {
                Issue.record("the attempt was not to be tried again")
                return
            }
            server.state.faults.clear()
            let outcome = try await task.attempt(TestHandlers.redact(server), fixture.params)
            #expect(try outcome?.result(RedactAllEvents.Result.self)?.verified == true)
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }

    // In whatever words the homeserver refuses: its list of redacts says why.
    @Test func `a delegated redact waits for another one that is in its way, and gives up where it is refused itself`()
        async throws
    {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 5)
            try await server.ban(fixture.spammer, from: fixture.rooms[0], by: fixture.owner)
            let state = server.state
            func refuse(_ count: Int) {
                state.faults.inject(
                    .refusal(400, errcode: "M_UNKNOWN"), next: count, method: "POST", pathPrefix: "/_synapse/admin/v1/user/")
            }
            refuse(1000)
            let refused = try await InMemoryTask().attempt(TestHandlers.redact(server), fixture.params)
            #expect(try refused?.result(RedactAllEvents.Result.self)?.failedRooms.keys.sorted() == fixture.rooms)
            #expect(try await fixture.timesRedacted(server) == [0])

            state.faults.clear()
            state.resetCalls()
            state.holdJobs()
            _ = try await TestHandlers.client(server.configuration).startRedact(
                of: fixture.spammer.id, rooms: ["!elsewhere:sandbox.test"], reason: nil, limit: 1, beforeTs: nil,
                afterTs: nil, useAdmin: false)
            refuse(1)
            let task = InMemoryTask()
            let attempt = Task { try await task.attempt(TestHandlers.redact(server), fixture.params) }
            try await eventually("a look at the homeserver's redacts", timeout: .seconds(60)) {
                state.callCount("GET /_synapse/admin/v1/scheduled_tasks") > 0
            }
            state.releaseJobs()
            var outcome = try await attempt.value
            if outcome?.isComplete != true {
                outcome = try await task.attempt(TestHandlers.redact(server), fixture.params)
            }
            #expect(try outcome?.result(RedactAllEvents.Result.self)?.verified == true)
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }

    @Test func `a delegated redact that fails once is tried again`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 5)
            try await server.ban(fixture.spammer, from: fixture.rooms[0], by: fixture.owner)
            try server.state.failNextJob("redact_all_events", error: "could not serialize access")
            let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server), fixture.params)
            #expect(try outcome?.result(RedactAllEvents.Result.self)?.verified == true)
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }

    @Test func `more events than are looked at are not called verified`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 12)
            try await server.ban(fixture.spammer, from: fixture.rooms[0], by: fixture.owner)
            var settings = TestHandlers.settings
            settings.delegatedMost = 4
            let handler = RedactAllEventsHandler(client: TestHandlers.client(server.configuration), settings: settings)
            let result = try #require(
                try await InMemoryTask().attempt(handler, fixture.params)?.result(RedactAllEvents.Result.self))
            #expect(!result.verified)
            #expect(result.failedRooms.keys.sorted() == fixture.rooms)
            #expect(result.redacted >= 4)
        }
    }

    @Test func `a pass begins no further room when many have failed`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 14, messages: 1)
            server.state.faults.inject(.status(500), next: 10_000, pathContaining: "/redact/")
            let task = InMemoryTask()
            guard case .retry = try #require(try await task.attempt(TestHandlers.redact(server), fixture.params)) else {
                Issue.record("the attempt was not to be tried again")
                return
            }
            let checkpoint = try #require(try task.checkpoint?.decode(RedactCheckpoint.self))
            #expect((8...9).contains(checkpoint.troubledRooms.count))
            #expect(checkpoint.open.count <= 10 && checkpoint.failedRooms.isEmpty)
        }
    }

    @Test func `a room delete that is limited for long costs no attempt`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 1)
            server.state.faults.inject(.tooManyRequests(retryAfter: .milliseconds(20)), next: 1000, method: "DELETE")
            let outcome = try await InMemoryTask().attempt(TestHandlers.delete(server), .init(roomID: fixture.rooms[0]))
            guard case .snoozed = try #require(outcome) else {
                Issue.record("it cost an attempt")
                return
            }
        }
    }

    @Test func `a homeserver that stays away is a retry, and the next attempt goes on`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 5)
            server.state.faults.inject(.cut, next: 1000, skipping: 3, method: "PUT", pathContaining: "/redact/")
            let task = InMemoryTask()
            guard case .retry = try #require(try await task.attempt(TestHandlers.redact(server), fixture.params)) else {
                Issue.record("the attempt was not to be tried again")
                return
            }
            server.state.faults.clear()
            let outcome = try await task.attempt(TestHandlers.redact(server), fixture.params)
            #expect(try outcome?.result(RedactAllEvents.Result.self)?.redacted == 12)
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }
}
