import Testing

@testable import Handlers

@Suite(.timeLimit(.minutes(3)))
struct RedactKillTests {
    // I8
    @Test func `killed at any write, the next attempt ends the same: each event redacted once`() async throws {
        try await SandboxUnderTest.run { server in
            try await RedactBodies.survivesEveryKill(server, handler: TestHandlers.redact(server))
        }
    }

    @Test func `the same with an application service`() async throws {
        try await SandboxUnderTest.run { server in
            let handler = TestHandlers.redact(server) { $0.puppet = .applicationService(asToken: server.applicationServiceToken) }
            try await RedactBodies.survivesEveryKill(server, handler: handler)
        }
    }

    @Test func `the same in a room that the user was banned from`() async throws {
        try await SandboxUnderTest.run { server in
            try await RedactBodies.survivesEveryKill(server, handler: TestHandlers.redact(server)) { fixture in
                try await server.ban(fixture.spammer, from: fixture.rooms[1], by: fixture.owner)
            }
        }
    }
}
