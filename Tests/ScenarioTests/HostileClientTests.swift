import Foundation
import SandboxHomeserver
import SchedulerTesting
import Testing

@testable import muster

/// What outsiders, viewers and their texts can do to a real fleet: nothing.
@Suite(.timeLimit(.minutes(3))) struct `A hostile client` {
    private static let texts = [
        "'; DROP TABLE muster.task; --", "\u{1B}[2J\u{1B}]0;owned\u{07}", "@a\u{202E}moc.live:h", "<script>alert(1)</script>",
        "line\nerror forged=1", #"{"status":"complete"}"#, "%s%n$1", "\u{2028}\u{FEFF}",
    ]

    private struct Submission: Encodable, Sendable {
        struct Params: Encodable, Sendable {
            var room_id: String
            var purge_up_to_ts = 1_700_000_000_000
        }
        var action = "purge_history"
        var params: Params
        var run_at = "2099-01-01T00:00:00.000Z"

        init(about room: String) { params = Params(room_id: room) }
    }

    private struct Page: Decodable {
        struct Entry: Decodable {
            let resource_id: String?
        }
        let tasks: [Entry]
    }

    // I11
    @Test func `gets its texts shown inertly, and no secret anywhere`() async throws {
        try await SandboxFleet.with(workers: ["background_worker"]) { sandbox in
            let worker = try await sandbox.fleet.start("background_worker")
            let main = try await sandbox.fleet.startMain()
            for text in Self.texts {
                let room = "!\(text):h"
                let reply = try await main.call("POST", "/_muster/v1/tasks", Submission(about: room))
                #expect(reply.status == 201, "\(text.debugDescription): \(reply.text)")
                let page = try await main.call("GET", "/_muster/v1/tasks?resource_id=\(SynapseClient.encoded(room))")
                let rooms = try page.decode(Page.self).tasks.map(\.resource_id)
                #expect(rooms == [room], "\(page.text)")
                let user = try await main.call("POST", "/_synapse/admin/v1/user/\(SynapseClient.encoded(text))/redact", ["rooms": [text]])
                #expect(user.status < 500, "\(text.debugDescription): \(user.text)")
            }
            // A NUL cannot be stored: it is refused at the door, wherever it stands.
            for path in [
                "/_muster/v1/tasks?resource_id=%00", "/_synapse/admin/v2/rooms/%00/delete_status",
                "/_synapse/admin/v1/scheduled_tasks?resource_id=%00", "/_muster/v1/tasks/%00",
            ] {
                #expect(try await main.call("GET", path).status < 500, "\(path)")
            }
            #expect(try await main.call("POST", "/_muster/v1/tasks", Submission(about: "a\0b")).status == 400)
            let huge = try await main.call("POST", "/_muster/v1/tasks", Submission(about: String(repeating: "x", count: 1_000_000)))
            #expect(huge.status == 400 || huge.status == 413)

            let listed = try await MusterBinary.run(["tasks"] + sandbox.fleet.sharedConfiguration)
            #expect(listed.code == 0)
            for scalar in ["\u{1B}", "\u{202E}", "\u{07}", "\u{2028}"] { #expect(!listed.output.contains(scalar)) }
            let json = try await MusterBinary.run(["tasks", "--json"] + sandbox.fleet.sharedConfiguration)
            #expect(json.code == 0 && (try? JSONSerialization.jsonObject(with: Data(json.output.utf8))) != nil)

            let secret = main.secret
            for process in sandbox.fleet.processes {
                #expect(!process.commandLine.isEmpty && !process.commandLine.contains(secret))
                for line in process.lines {
                    #expect(!line.contains(secret), "\(line)")
                    #expect(!line.contains("\u{1B}") && !line.contains("forged=1"), "\(line)")
                }
            }
            #expect(worker.end == nil)
        }
    }

    @Test func `with a viewer's token, a user's or a stranger's changes nothing`() async throws {
        try await SandboxFleet.with { sandbox in
            try await sandbox.fleet.start("background_worker")
            let main = try await sandbox.fleet.startMain()
            let made = try await MusterBinary.run(
                ["token", "create", "--name", "looker", "--role", "viewer", "--json"] + sandbox.fleet.sharedConfiguration)
            #expect(made.code == 0, "\(made.error)")
            let viewer = try #require(made.output.firstMatch(of: /mst_[A-Za-z0-9]+/)).output
            let user = try sandbox.world.state.createUser("nobody")
            let elsewhere = try SandboxState(serverName: "elsewhere.test").createUser("admin", admin: true)
            let changes = [
                ("POST", sandbox.redactPath), ("DELETE", "/_synapse/admin/v2/rooms/!r:sandbox.test"),
                ("DELETE", "/_synapse/admin/v1/rooms/!r:sandbox.test"),
                ("POST", "/_synapse/admin/v1/purge_history/!r:sandbox.test"), ("POST", "/_muster/v1/tasks"),
                ("POST", "/_muster/v1/tasks/1/cancel"),
                ("POST", "/_muster/v1/tasks/1/retry"),
            ]
            for (token, status) in [
                (String(viewer), 403), (user, 403), (elsewhere, 401), ("mst_" + String(repeating: "a", count: 40), 401),
            ] {
                let client = main.with(token: token)
                for (method, path) in changes {
                    let reply = try await client.call(method, path, [String: String]())
                    #expect(reply.status == status, "\(method) \(path): \(reply.text)")
                }
            }
            #expect(try await main.with(token: String(viewer)).call("GET", "/_muster/v1/tasks").text.contains(#""tasks":[]"#))
            #expect(try await main.with(token: String(viewer)).call("GET", "/_muster/v1/audit").status == 403)
        }
    }

    @Test func `with ambiguous, oversized or endless requests is refused by the real listener`() async throws {  // I9
        try await SandboxFleet.with { sandbox in
            try await sandbox.fleet.start("background_worker")
            let main = try await sandbox.fleet.startMain()
            let port = try #require(URL(string: main.base)?.port)
            let hidden = "GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n"
            for rest in [
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            ] {
                let answer = try await RawConnection.exchange(
                    port: port, ["POST /_muster/v1/tasks HTTP/1.1\r\nHost: h\r\n" + rest + hidden])
                #expect(answer.isClosed && !answer.text.contains(#""status":"ok""#), "\(answer.text)")
            }
            let long = try await RawConnection.exchange(
                port: port, ["GET / HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "x", count: 70_000))\r\n\r\n"])
            #expect(long.status == 431 && long.isClosed)
            // A byte every second would keep an idle timer quiet for ever.
            let drip = Array(repeating: "x", count: 60)
            let slow = try await RawConnection.exchange(port: port, ["GET / HTTP/1.1\r\nX: "] + drip, pause: 1000)
            #expect(slow.isClosed && slow.sent < 45, "cut after \(slow.sent) s")
            #expect(try await main.call("GET", "/health/live").status == 200)
        }
    }
}
