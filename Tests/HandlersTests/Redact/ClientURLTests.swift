import HomeserverTasks
import SandboxHomeserver
import Testing

@testable import Handlers

@Suite(.timeLimit(.minutes(1)))
struct ClientURLTests {
    @Test func `redactions go to the client URL, everything else to the homeserver's own`() async throws {
        try await SandboxUnderTest.run { server in
            // Another homeserver, which knows neither user nor room: whatever reaches it by mistake fails.
            try await SandboxUnderTest.run { worker in
                let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
                let handler = TestHandlers.redact(server) { $0.clientURL = worker.configuration.url }
                _ = try await InMemoryTask().attempt(handler, fixture.params)
                #expect(server.state.callCount("/redact/") == 0)
                let strays = worker.state.requests.filter { !$0.endpoint.contains("/redact/") }
                #expect(worker.state.callCount("/redact/") > 0 && strays.isEmpty, "\(strays)")
            }
        }
    }

    @Test func `more are on their way at once to a worker than to the main process, and what is asked for counts first`() throws {
        let settings = HandlerSettings()
        var configuration = TestHandlers.nowhere
        #expect(settings.redactionsAtOnce(asked: nil, configuration) == 4)
        configuration.clientURL = "http://127.0.0.1:2"
        #expect(settings.redactionsAtOnce(asked: nil, configuration) == 12)
        #expect(settings.redactionsAtOnce(asked: 3, configuration) == 3)
    }
}
