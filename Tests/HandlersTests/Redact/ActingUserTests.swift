import HomeserverClient
import HomeserverTasks
import SandboxHomeserver
import Scheduler
import Testing

@testable import Handlers

/// The ways to act as a user: checked before work, and given back after it.
@Suite(.timeLimit(.minutes(1)))
struct ActingUserTests {
    @Test func `an application service without a device looks before it sends a redaction again`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 5)
            // As where an authentication service keeps the devices: without one, transaction ids are forgotten at a restart.
            server.state.faults.inject(.refusal(404, errcode: "M_UNRECOGNIZED"), next: 100, pathContaining: "/devices")
            server.state.faults.inject(.cut, .afterEffect, next: 2, skipping: 3, method: "PUT", pathContaining: "/redact/")
            let handler = TestHandlers.redact(server) { $0.puppet = .applicationService(asToken: server.applicationServiceToken) }
            let outcome = try await InMemoryTask().attempt(handler, fixture.params)
            #expect(try outcome?.result(RedactAllEvents.Result.self)?.verified == true)
            #expect(server.state.callCount("PUT /_matrix/client/v3/rooms/{room}/redact") == 12)
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }

    @Test func `only a device makes transaction ids last`() {
        #expect(HomeserverCaller.applicationService(userID: "@a:x", deviceID: "D").transactionsLast)
        #expect(!HomeserverCaller.applicationService(userID: "@a:x", deviceID: nil).transactionsLast)
        #expect(!HomeserverCaller.token("t").transactionsLast && !HomeserverCaller.admin.transactionsLast)
    }

    @Test func `an attempt that failed leaves no device on the user's account`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 5)
            let handler = TestHandlers.redact(server) { $0.puppet = .applicationService(asToken: server.applicationServiceToken) }
            server.state.faults.inject(.cut, next: 1000, skipping: 2, method: "PUT", pathContaining: "/redact/")
            let task = InMemoryTask()
            guard case .retry = try #require(try await task.attempt(handler, fixture.params)) else {
                Issue.record("the attempt was not to be tried again")
                return
            }
            #expect(server.state.devices(of: fixture.spammer.id) == ["FIRST"])
            server.state.faults.clear()
            #expect(try await task.attempt(handler, fixture.params)?.isComplete == true)
            #expect(try await fixture.timesRedacted(server) == [1])
            #expect(server.state.devices(of: fixture.spammer.id) == ["FIRST"])
        }
    }

    @Test func `a device that a killed attempt left is removed by the next`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 2)
            let handler = TestHandlers.redact(server) { $0.puppet = .applicationService(asToken: server.applicationServiceToken) }
            let task = InMemoryTask()
            // All is redacted when its process dies, and only the device is left.
            _ = try await InMemoryTask(id: 1).attempt(TestHandlers.redact(server), fixture.params)
            _ = try await task.attempt(handler, fixture.params, diesAt: 1)
            try await TestHandlers.client(server.configuration).createDevice("MUSTER\(task.id)", of: fixture.spammer.id)
            #expect(try await task.attempt(handler, fixture.params)?.isComplete == true)
            #expect(server.state.devices(of: fixture.spammer.id) == ["FIRST"])
        }
    }

    @Test func `a handler that could act as nobody is not ready, and says what to set`() async throws {
        try await SandboxUnderTest.run { server in
            func problem(_ change: (inout HomeserverConfiguration) -> Void) async -> String? {
                do {
                    try await TestHandlers.redact(server, change).prepare()
                    return nil
                } catch {
                    return "\(error)"
                }
            }
            let service = await problem { $0.puppet = .applicationService(asToken: server.applicationServiceToken) }
            let wrong = await problem { $0.puppet = .applicationService(asToken: "s3cret") }
            let login = await problem { _ in }
            #expect(service == nil && login == nil)
            #expect(wrong?.contains("homeserver.as_token_path") == true && wrong?.contains("s3cret") == false)  // I11
            server.state.faults.inject(.refusal(404, errcode: "M_UNRECOGNIZED"), next: 1000, method: "POST", pathContaining: "/login")
            let without = await problem { _ in }
            let none = await problem { $0.puppet = .none }
            #expect(without?.contains("homeserver.puppet") == true && none == nil)
        }
    }
}
