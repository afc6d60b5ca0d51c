import SandboxHomeserver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FaultTests {
    /// A room with one message of its creator.
    private func room(_ bench: Bench) throws -> (room: String, event: String) {
        let room = try bench.state.createRoom(creator: "@admin:sandbox.test")
        return (room, try bench.state.send(to: room, by: "@admin:sandbox.test", content: ["body": "hello"]))
    }

    @Test func `429 names the wait in both places and counts down`() async throws {
        try await Bench.run { bench in
            bench.state.faults.inject(.tooManyRequests(retryAfter: .milliseconds(1500)), next: 2, pathPrefix: "/_matrix/")
            for _ in 0..<2 {
                let limited = try await bench.get("/_matrix/client/v3/account/whoami", bench.admin)
                #expect(limited.status == 429)
                #expect(limited.json["retry_after_ms"] == 1500)
                #expect(limited.errcode == "M_LIMIT_EXCEEDED")
                #expect(limited.headers["Retry-After"] == ["2"])
            }
            #expect(try await bench.get("/_matrix/client/v3/account/whoami", bench.admin).status == 200)
            #expect(bench.state.faults.fired == 2)
        }
    }

    @Test func `a fault hits only what it matches and after those it skips`() async throws {
        try await Bench.run { bench in
            let (room, event) = try room(bench)
            bench.state.faults.inject(.status(500), skipping: 1, method: "PUT", pathContaining: "/redact/")
            #expect(try await bench.get("/_matrix/client/versions").status == 200)
            #expect(try await bench.redact(event, in: room, bench.admin, txn: "1").status == 200)
            let hit = try await bench.redact(event, in: room, bench.admin, txn: "2")
            #expect(hit.status == 500)
            #expect(hit.errcode == "M_UNKNOWN")
            #expect(bench.state.redactions(in: room).count == 1)
            #expect(bench.state.faults.pending.isEmpty)
        }
    }

    @Test func `a proxy error is not JSON`() async throws {
        try await Bench.run { bench in
            bench.state.faults.inject(.proxyError(502))
            let answer = try await bench.get("/_matrix/client/versions")
            #expect(answer.status == 502)
            #expect(answer.headers["Content-Type"] == ["text/html"])
            #expect(answer.json == .null)
        }
    }

    @Test(arguments: [(SandboxFault.Moment.beforeEffect, 0), (.afterEffect, 1)])
    func `a cut connection is an error for the client, with or without the effect as asked`(
        moment: SandboxFault.Moment, effects: Int
    ) async throws {
        try await Bench.run { bench in
            let (room, event) = try room(bench)
            bench.state.faults.inject(.cut, moment, method: "PUT")
            await #expect(throws: (any Error).self) { try await bench.redact(event, in: room, bench.admin, txn: "1") }
            #expect(bench.state.redactions(in: room).count == effects)
            #expect(bench.state.requests.last?.status == nil)
            #expect(try await bench.redact(event, in: room, bench.admin, txn: "1").status == 200)
            #expect(bench.state.redactions(in: room).count == 1)
        }
    }

    @Test func `an error after the effect leaves the effect`() async throws {
        try await Bench.run { bench in
            let (room, event) = try room(bench)
            bench.state.faults.inject(.status(502), .afterEffect)
            #expect(try await bench.redact(event, in: room, bench.admin, txn: "1").status == 502)
            #expect(bench.state.event(event)?.isRedacted == true)
        }
    }

    @Test(arguments: [(SandboxFault.Moment.beforeEffect, false), (.afterEffect, true)])
    func `a slow answer outlasts the client's patience`(moment: SandboxFault.Moment, hasEffect: Bool) async throws {
        try await Bench.run { bench in
            let (room, _) = try room(bench)
            bench.state.faults.inject(.slow(.seconds(30)), moment)
            await #expect(throws: (any Error).self) {
                try await bench.call(
                    .PUT, "/_synapse/admin/v1/rooms/\(encoded(room))/block", bench.admin, Array(#"{"block":true}"#.utf8),
                    timeout: .seconds(5))
            }
            #expect(bench.state.isBlocked(room) == hasEffect)
            #expect(bench.state.faults.fired == 1)
        }
    }

    @Test func `faults can be taken back`() async throws {
        try await Bench.run { bench in
            bench.state.faults.inject(.status(500), next: 100)
            bench.state.faults.clear()
            let answer = try await bench.get("/_matrix/client/versions")
            #expect(answer.status == 200)
        }
    }
}
