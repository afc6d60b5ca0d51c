import Foundation
import HomeserverTasks
import SandboxHomeserver
import Scheduler
import Testing

@testable import Handlers
@testable import HomeserverClient

/// A proxy that answers for a homeserver which is away says nothing about what the homeserver has.
@Suite(.timeLimit(.minutes(1)))
struct ProxyAnswerTests {
    @Test(arguments: [403, 404, 405])
    func `a refusal that is no Matrix answer passes, and means neither gone nor forbidden`(_ status: Int) {
        func error(_ body: String) -> HomeserverError {
            AnswerReading.error(of: "x", status: status, retryAfterHeader: nil, body: Data(body.utf8), secrets: [])
        }
        for body in ["404 page not found", "", "{}", "<html>"] {
            #expect(error(body).isTransient && !error(body).isNotFound && !error(body).isUnknownEndpoint)
            #expect(error(body).description.contains("no Matrix answer"))
        }
        let matrix = error(#"{"errcode": "M_NOT_FOUND", "error": "gone"}"#)
        #expect(!matrix.isTransient && matrix.isNotFound == (status == 404))
        #expect(!error(#"{"errcode": "M_UNRECOGNIZED"}"#).isNotFound && !error(#"{"errcode": "M_UNKNOWN"}"#).isNotFound)
    }

    @Test func `a purge that a proxy calls unknown is not complete`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 12)
            let bound = fixture.messages[fixture.rooms[0]]?[11] ?? ""
            let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: bound, deleteLocalEvents: true)
            server.state.faults.inject(.proxyError(404), next: 1000, method: "POST", pathContaining: "/purge_history/")
            let task = InMemoryTask()
            try await expectRetry(task.attempt(TestHandlers.purge(server), params))
            server.state.faults.clear()
            #expect(try await task.attempt(TestHandlers.purge(server), params)?.isComplete == true)
            #expect(try await server.messages(in: fixture.rooms[0]).first == bound)
        }
    }

    @Test func `a limit that a proxy calls unknown is not restored yet`() async throws {
        try await SandboxUnderTest.run { server in
            let user = try await server.makeUser()
            let client = TestHandlers.client(server.configuration)
            try await client.setRateLimitOverride(RateLimitLift.lifted, of: user.id)
            let handler = RestoreRateLimitHandler(client: client, desk: nil, settings: TestHandlers.settings)
            let params = RestoreRateLimit.Params(userID: user.id, messagesPerSecond: nil, burstCount: nil, taskID: "1")
            server.state.faults.inject(.proxyError(404), next: 1000, pathContaining: "override_ratelimit")
            try await expectRetry(InMemoryTask().attempt(handler, params))
            server.state.faults.clear()
            #expect(try await InMemoryTask().attempt(handler, params)?.result(RestoreRateLimit.Result.self)?.restored == true)
        }
    }

    private func expectRetry(_ outcome: Outcome?) throws {
        guard case .retry = try #require(outcome) else {
            Issue.record("it is not tried again: \(outcome.map { "\($0)" } ?? "")")
            return
        }
    }
}
