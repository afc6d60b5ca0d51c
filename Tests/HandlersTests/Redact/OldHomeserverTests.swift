import Foundation
import HomeserverTasks
import SandboxHomeserver
import Scheduler
import Testing

@testable import Handlers

/// Synapse 1.119 to 1.156, whose own redact knows no bounds in time.
@Suite(.timeLimit(.minutes(1)))
struct OldHomeserverTests {
    @Test(arguments: ["1.150.0", "1.163.2"])
    func `where the user is not, no more is redacted than the limit says`(_ version: String)
        async throws
    {
        try await SandboxUnderTest.run { server in
            server.state.configure { $0.version = version }
            let fixture = try await SpamFixture(server, rooms: 1, messages: 0)
            let sent = try send(12, to: fixture, on: server)
            // The user's own leave is one of the events that the homeserver counts.
            try await server.leave(fixture.rooms[0], as: fixture.spammer)
            var params = fixture.params
            (params.rooms, params.limit) = (fixture.rooms, 5)
            let result = try #require(
                try await InMemoryTask().attempt(TestHandlers.redact(server), params)?.result(RedactAllEvents.Result.self))
            #expect(result.redacted == 5 && !result.verified && result.failedRedactions.isEmpty)
            let once = Dictionary(uniqueKeysWithValues: sent.suffix(5).map { ($0, 1) })
            #expect(try await server.redactionCounts(in: fixture.rooms[0]) == once)
        }
    }

    @Test func `what stays open after one round is named, and the rest is not redacted again`() async throws {
        try await SandboxUnderTest.run { server in
            // Before 1.131 encrypted events are passed over by that redact; here it would take them, so that they are what must stay open.
            server.state.configure { $0.version = "1.130.0" }
            let fixture = try await SpamFixture(server, rooms: 1, messages: 0)
            _ = try send(4, to: fixture, on: server)
            let oldest = try server.state.send(
                to: fixture.rooms[0], by: fixture.spammer.id, type: "m.room.encrypted", content: [:], timestamp: 1)
            let newer = try send(3, to: fixture, on: server)
            try await server.ban(fixture.spammer, from: fixture.rooms[0], by: fixture.owner)
            var params = fixture.params
            params.limit = 4
            let result = try #require(
                try await InMemoryTask().attempt(TestHandlers.redact(server), params)?.result(RedactAllEvents.Result.self))
            #expect(result.failedRedactions.keys.sorted() == [oldest] && result.redacted == 3 && !result.verified)
            #expect(
                try await server.redactionCounts(in: fixture.rooms[0]) == Dictionary(uniqueKeysWithValues: newer.map { ($0, 1) }))
        }
    }

    /// Sends messages of different times, which a span of time can part.
    private func send(_ count: Int, to fixture: SpamFixture, on server: SandboxUnderTest) throws -> [String] {
        let now = Int(Date().timeIntervalSince1970 * 1000)
        return try (0..<count).map {
            try server.state.send(to: fixture.rooms[0], by: fixture.spammer.id, content: ["msgtype": "m.text"], timestamp: now + 10 * $0)
        }
    }
}
