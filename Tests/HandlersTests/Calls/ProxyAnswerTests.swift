import Foundation
import HomeserverTasks
import SandboxHomeserver
import Scheduler
import SchedulerTesting
import Testing

@testable import Handlers
@testable import HomeserverClient

/// What stands before a homeserver says nothing about what the homeserver has, and costs no task anything.
@Suite(.timeLimit(.minutes(2)))
struct ProxyAnswerTests {
    /// What something else may say for a moment.
    static let strangers: [SandboxFault.Kind] = [
        .proxyError(200), .proxyError(302), .proxyError(401), .proxyError(403), .proxyError(404), .proxyError(502), .json("{}"),
        .json(#"{"maintenance": true}"#), .json(#"{"chunk": ["#), .json(""), .json("[]"), .json("null"),
    ]

    private func error(_ status: Int, _ body: String, _ type: String? = "application/json") -> HomeserverError {
        AnswerReading.error(of: "x", HomeserverAnswer(status: status, contentType: type, body: Data(body.utf8)), secrets: [])
    }

    @Test(arguments: [204, 301, 302, 307, 400, 401, 403, 404, 405, 413, 500, 502, 503])
    func `an answer without an errcode is not the homeserver's, whatever its status`(_ status: Int) {
        for body in ["404 page not found", "", "{}", "<html>", #"{"error": "M_NOT_FOUND"}"#, #"{"errcode": "<html>"}"#] {
            let error = error(status, body)
            #expect(error.kind == .notHomeserver && error.isTransient, "\(status) \(body)")
            #expect(!error.isNotFound && !error.isUnknownEndpoint && !error.isTokenRefused)
            #expect(error.description.contains("\(status), application/json") && !error.description.contains("html"))  // I11
        }
        #expect(self.error(status, #"{"errcode": "M_NOT_FOUND"}"#, "text/html").kind == .notHomeserver)
        #expect(self.error(status, "", nil).description.contains("no content type"))
    }

    @Test func `the homeserver's own words mean what they say`() {
        #expect(error(404, #"{"errcode": "M_NOT_FOUND", "error": "gone"}"#).isNotFound)
        #expect(error(401, #"{"errcode": "M_UNKNOWN_TOKEN"}"#, "Application/JSON; charset=utf-8").isTokenRefused)
        #expect(error(500, #"{"errcode": "M_UNKNOWN"}"#).kind == .server)
        #expect(!error(404, #"{"errcode": "M_UNRECOGNIZED"}"#).isNotFound)
        #expect(error(504, "<html>", "text/html").kind == .timeout)
        #expect(error(429, "<html>", "text/html").kind == .limited(retryAfter: nil))
    }

    @Test(arguments: strangers)
    func `a redact before which something else speaks is neither complete nor failed, and goes on after it`(
        _ stranger: SandboxFault.Kind
    ) async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 3)
            let task = InMemoryTask()
            // Everything at once, then only from the first page of events on, only for redactions.
            for path in ["/", "/messages", "/redact/"] {
                server.state.faults.inject(stranger, next: 10_000, pathContaining: path)
                let outcome = await #expect(throws: DependencyUnavailable.self, "\(path)") {
                    try await task.attempt(TestHandlers.redact(server), fixture.params)
                }
                #expect(outcome?.description.contains("is not the homeserver") == true)
                server.state.faults.clear()
            }
            let result = try await task.attempt(TestHandlers.redact(server), fixture.params)?.result(RedactAllEvents.Result.self)
            #expect(result?.verified == true && result?.failedRooms.isEmpty == true)
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }

    @Test(arguments: strangers)
    func `no other task takes what something else says for an answer`(_ stranger: SandboxFault.Kind) async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            let (client, room, user) = (TestHandlers.client(server.configuration), fixture.rooms[0], fixture.spammer.id)
            let settings = TestHandlers.settings
            server.state.faults.inject(stranger, next: 100_000)
            func waits<H: Handler>(_ handler: H, _ params: H.HandledAction.Params) async {
                await #expect(throws: DependencyUnavailable.self, "\(H.HandledAction.name)") {
                    try await InMemoryTask().attempt(handler, params)
                }
                await #expect(throws: DependencyUnavailable.self, "\(H.HandledAction.name)") { try await handler.prepare() }
            }
            await waits(
                TestHandlers.purge(server), PurgeHistory.Params(roomID: room, purgeUpToEventID: "$x", deleteLocalEvents: true))
            await waits(TestHandlers.delete(server), ShutdownAndPurgeRoom.Params(roomID: room))
            await waits(DeactivateUserHandler(client: client, desk: nil, settings: settings), DeactivateUser.Params(userID: user))
            await waits(DeleteUserMediaHandler(client: client, settings: settings), DeleteUserMedia.Params(userID: user))
            await waits(QuarantineUserMediaHandler(client: client, settings: settings), QuarantineUserMedia.Params(userID: user))
            await waits(PurgeMediaCacheHandler(client: client, settings: settings), PurgeMediaCache.Params(beforeTs: 1))
            // An empty object is what the homeserver itself says of a user without a limit.
            if stranger != .json("{}") {
                await waits(
                    RestoreRateLimitHandler(client: client, desk: nil, settings: settings),
                    RestoreRateLimit.Params(userID: user, messagesPerSecond: nil, burstCount: nil, taskID: "1"))
            }
            var dry = fixture.params
            dry.dryRun = true
            await waits(TestHandlers.redact(server), dry)
        }
    }

    @Test func `a room delete whose requests alone something else answers costs no attempt`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 1)
            server.state.faults.inject(.proxyError(403), next: 1000, method: "DELETE")
            let task = InMemoryTask()
            let params = ShutdownAndPurgeRoom.Params(roomID: fixture.rooms[0])
            await #expect(throws: DependencyUnavailable.self) { try await task.attempt(TestHandlers.delete(server), params) }
            server.state.faults.clear()
            #expect(try await task.attempt(TestHandlers.delete(server), params)?.isComplete == true)
        }
    }

    @Test func `a call that fails alone counts, one that fails with all others does not`() async throws {
        try await SandboxUnderTest.run { server in
            let client = TestHandlers.client(server.configuration)
            let params = PurgeMediaCache.Params(beforeTs: 1)
            let handler = PurgeMediaCacheHandler(client: client, settings: TestHandlers.settings)
            for fault in [SandboxFault.Kind.cut, .status(500), .proxyError(504)] {
                server.state.faults.inject(fault, next: 1000, pathContaining: "purge_media_cache")
                guard case .retry = try await InMemoryTask().attempt(handler, params) else {
                    Issue.record("\(fault) alone is not tried again")
                    return
                }
                server.state.faults.inject(fault, next: 1000)
                await #expect(throws: DependencyUnavailable.self, "\(fault)") { try await InMemoryTask().attempt(handler, params) }
                server.state.faults.clear()
            }
        }
    }

    @Test func `the wait grows with the outage, and stays within its bounds`() {
        let settings = HandlerSettings()
        let waits = [0, 4, 20, 60, 90_000].map { settings.wait(whileAwayFor: .seconds($0), spread: 1) }
        #expect(waits == [5, 5, 10, 30, 60].map { .seconds($0) })
    }

    @Test func `a homeserver that is away is told from one that refuses`() async throws {
        try await SandboxUnderTest.run { server in
            var configuration = server.configuration
            configuration.adminToken = "nonsense"
            let refused = RedactAllEventsHandler(client: TestHandlers.client(configuration), settings: TestHandlers.settings)
            let refusal = await #expect(throws: HomeserverError.self) { try await refused.prepare() }
            #expect(refusal?.isTokenRefused == true)
            let away = RedactAllEventsHandler(client: TestHandlers.client(TestHandlers.nowhere), settings: TestHandlers.settings)
            await #expect(throws: DependencyUnavailable.self) { try await away.prepare() }
        }
    }

    // The whole way: the task waits with its reason in plain sight, attempts untouched, and goes on by itself.
    @Test func `tasks of a fleet wait while something else speaks, and say so`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            try await withHomeserverWorker(server, change: { $0.shortestWaitWhileAway = .milliseconds(50) }) { scheduler in
                server.state.faults.inject(.proxyError(200), next: 100_000)
                var request = try TaskRequest(RedactAllEvents.self, fixture.params)
                request.maxAttempts = 1
                let id = try await scheduler.submit(request).id
                try await eventually("a reason") {
                    try await scheduler.task(id)?.reason?.contains("is not the homeserver: 200, text/html") == true
                }
                let waiting = try #require(try await scheduler.task(id))
                #expect(!waiting.status.isFinal && waiting.failures == 0)
                server.state.faults.clear()
                let task = try await scheduler.wait(for: id, status: .complete)
                #expect(task.attempt == 1 && task.failures == 0)
                #expect(try await fixture.timesRedacted(server) == [1])
            }
        }
    }
}
