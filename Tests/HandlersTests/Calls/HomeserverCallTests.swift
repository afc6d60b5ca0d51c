import Foundation
import HomeserverTasks
import SandboxHomeserver
import Synchronization
import Testing

@testable import HomeserverClient

@Suite(.timeLimit(.minutes(1)))
struct HomeserverCallTests {
    /// A clock that does not wait, and remembers how long it was asked to.
    final class ImpatientClock: Clock {
        typealias Duration = Swift.Duration
        let waits = Mutex<[Swift.Duration]>([])
        let inner = ContinuousClock()
        var now: ContinuousClock.Instant { inner.now }
        var minimumResolution: Swift.Duration { inner.minimumResolution }
        func sleep(until deadline: ContinuousClock.Instant, tolerance: Swift.Duration?) async throws {
            try Task.checkCancellation()
            let wait = now.duration(to: deadline)
            waits.withLock { $0.append(wait) }
        }
    }

    @Test func `path parts and queries are encoded byte by byte`() {
        let call = HomeserverCall(
            "x", .get, "/_synapse", ["!a/b:c d", ".."], query: [("filter", #"{"a":1}"#)],
            as: .applicationService(userID: "@ü:x", deviceID: "D"), timeout: .seconds(1))
        #expect(call.target == "/_synapse/%21a%2Fb%3Ac%20d/%2E%2E?filter=%7B%22a%22%3A1%7D&user_id=%40%C3%BC%3Ax&device_id=D")
    }

    @Test func `an error has the homeserver's words without secrets`() {
        let body = Data(#"{"errcode":"M_LIMIT_EXCEEDED","error":"token s3cret is busy","retry_after_ms":946}"#.utf8)
        let type = "application/json"
        let error = AnswerReading.error(
            of: "x", HomeserverAnswer(status: 429, contentType: type, retryAfter: "1", body: body), secrets: ["s3cret"])
        #expect(error.kind == .limited(retryAfter: .milliseconds(946)))
        #expect(error.description.contains("[hidden] is busy") && !error.description.contains("s3cret"))  // I11
        let header = AnswerReading.error(of: "x", HomeserverAnswer(status: 429, contentType: type, retryAfter: "2"), secrets: [])
        #expect(header.retryAfter == .seconds(2))
    }

    @Test func `no description of the configuration holds a token`() {
        let configuration = HomeserverConfiguration(url: "http://x/", adminToken: "s3cret", puppet: .applicationService(asToken: "t0ken"))
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped, String(reflecting: configuration.puppet)] {
            #expect(!text.contains("s3cret") && !text.contains("t0ken"))  // I11
        }
        #expect(configuration.url == "http://x")
    }

    @Test func `429 waits as long as asked and up to a quarter more, failures wait longer each time, both within bounds`() async throws {
        let clock = ImpatientClock()
        let retrying = RetryingCalls(
            attempts: 4, initialWait: .milliseconds(100), longestWait: .milliseconds(250), clock: clock, random: { 1 })
        let calls = Mutex(0)
        await #expect(throws: HomeserverError.self) {
            try await retrying { _ in
                let number = calls.withLock {
                    $0 += 1; return $0
                }
                throw HomeserverError(number == 1 ? .limited(retryAfter: .milliseconds(777)) : .server, call: "x")
            }
        }
        #expect(calls.withLock { $0 } == 5)
        let waits = clock.waits.withLock { $0 }.map { Int(($0 / .milliseconds(1)).rounded()) }
        #expect(waits.count == 4)
        for (wait, asked) in zip(waits, [971, 100, 200, 250]) { #expect(abs(wait - asked) <= 20) }
    }

    @Test func `a refusal is not repeated, and a lost answer stays in mind`() async throws {
        let retrying = RetryingCalls(attempts: 5, initialWait: .milliseconds(1), longestWait: .milliseconds(1))
        let calls = Mutex(0)
        await #expect(throws: HomeserverError.self) {
            try await retrying { _ in
                calls.withLock { $0 += 1 }
                throw HomeserverError(.client, call: "x", status: 403)
            }
        }
        #expect(calls.withLock { $0 } == 1)
        let seen = Mutex<[HomeserverError?]>([])
        try await retrying { before in
            let number = seen.withLock {
                $0.append(before); return $0.count
            }
            if number == 1 { throw HomeserverError(.unreachable, call: "x") }
            if number == 2 { throw HomeserverError(.limited(retryAfter: .milliseconds(1)), call: "x", status: 429) }
        }
        #expect(seen.withLock { $0 }.map { $0?.mayHaveHadEffect } == [nil, true, true])
    }

    @Test func `admins, others and bad tokens are told apart`() async throws {
        try await SandboxUnderTest.run { server in
            let client = TestHandlers.client(server.configuration)
            let user = try await server.makeUser()
            let admin = try await client.whoami(server.configuration.adminToken)
            #expect(try await client.isAdmin(admin.userID, token: server.configuration.adminToken))
            #expect(try await client.whoami(user.token).userID == user.id)
            #expect(try await !client.isAdmin(user.id, token: user.token))
            let error = await #expect(throws: HomeserverError.self) { try await client.whoami("nonsense") }
            #expect(error?.status == 401 && error?.errcode == "M_UNKNOWN_TOKEN" && error?.softLogout == false)
            #expect(try await client.serverVersion() == "1.163.2")
        }
    }

    @Test func `an event is found whatever room it is in, and a time finds an event`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 2)
            let client = TestHandlers.client(server.configuration)
            let event = fixture.messages[fixture.rooms[0]]?[0] ?? ""
            #expect(try await client.event(event, expectedIn: "!other:x")?.roomID == fixture.rooms[0])
            #expect(try await client.event("$nosuch", expectedIn: fixture.rooms[0]) == nil)
            #expect(try await client.event(at: 1, in: fixture.rooms[0]) == nil)
            #expect(try await client.event(at: .max / 1_000_000, in: fixture.rooms[0]) != nil)
        }
    }

    @Test func `a late answer is a timeout, and nobody there is unreachable`() async throws {
        try await SandboxUnderTest.run { server in
            var configuration = server.configuration
            configuration.timeouts.call = .milliseconds(100)
            server.state.faults.inject(.slow(.seconds(5)), pathContaining: "whoami")
            let client = TestHandlers.client(configuration)
            let late = await #expect(throws: HomeserverError.self) { try await client.whoami("x") }
            #expect(late?.kind == .timeout)
            configuration.url = "http://127.0.0.1:1"
            configuration.timeouts.call = .seconds(5)
            let nobody = await #expect(throws: HomeserverError.self) { try await TestHandlers.client(configuration).whoami("x") }
            #expect(nobody?.kind == .unreachable)
        }
    }
}
