import HTTPTypes
import Scheduler
import SchedulerTesting
import Testing

@testable import AdminAPI

/// A body is whole only when its end was seen, whatever ended it before.
@Suite(.timeLimit(.minutes(2))) struct TruncationTests {
    /// How a sender stops in the middle.
    enum Ending: String, CaseIterable, Sendable {
        case halfCloses, closes
    }

    private static func send(_ text: String, port: Int, _ ending: Ending) async throws -> RawConnection.Exchange {
        // A client that closes is read as long as it sends: it gives the server time to take its bytes.
        try await RawConnection.exchange(
            port: port, [text], pause: ending == .closes ? 300 : 0, patience: ending == .closes ? 0 : 20_000,
            halfCloses: ending == .halfCloses)
    }

    private static let cutBodies = [
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "Transfer-Encoding: chunked\r\n\r\na\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", "Content-Length: 30\r\n\r\nhello", "Content-Length: 30\r\n\r\n",
    ]

    @Test(arguments: cutBodies, Ending.allCases)
    func `a forwarded body that breaks off has no end at the homeserver either`(rest: String, ending: Ending) async throws {
        try await RawOrigin.withProxy { port, origin in
            let answer = try await Self.send("POST /_matrix/x HTTP/1.1\r\nHost: h\r\n" + rest, port: port, ending)
            try await eventually("the homeserver's connection ends") { origin.connections.opened == origin.connections.closed }
            let body = origin.text.split(separator: "\r\n\r\n", maxSplits: 1).dropFirst().first ?? ""
            #expect(!body.contains("0\r\n") && body.utf8.count < 30, "\(origin.text)")
            if ending == .halfCloses {
                #expect(answer.status == 400 && answer.answers == 1, "\(answer.text)")
                #expect(answer.text.contains("M_UNKNOWN"), "\(answer.text)")
            }
        }
    }

    @Test(arguments: [
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "Transfer-Encoding: chunked\r\n\r\na\r\nhello",
        "Content-Length: 30\r\n\r\nhello",
    ])
    func `an answer of the homeserver that breaks off is not passed on as whole`(rest: String) async throws {
        try await RawOrigin.withProxy(answer: "HTTP/1.1 200 OK\r\n" + rest, closes: true) { port, _ in
            let answer = try await RawConnection.exchange(port: port, ["GET /_matrix/x HTTP/1.1\r\nHost: h\r\n\r\n"])
            #expect(answer.isClosed && answer.answers == 1)
            #expect(answer.status == 502 || (!answer.text.hasSuffix("0\r\n\r\n") && !answer.text.contains("Content-Length: 5\r\n")))
        }
    }

    private static let whole =
        #"{"rooms":[],"purge_up_to_ts":1700000000001,"action":"purge_history","params":{"room_id":"!r:h","purge_up_to_ts":1700000000001}}"#

    private static let changes = [
        "POST /_synapse/admin/v1/purge_history/!r:h/$e", "POST /_synapse/admin/v1/purge_history/!r:h",
        "POST /_synapse/admin/v1/user/@u:sandbox.test/redact", "DELETE /_synapse/admin/v1/rooms/!r:h",
        "DELETE /_synapse/admin/v2/rooms/!r:h",
        "POST /_muster/v1/tasks",
    ]

    @Test(arguments: Ending.allCases) func `nothing is submitted by a request whose body broke off`(ending: Ending) async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            let port = try #require(api.client.port)
            // The native body has keys that the native route does not know: it gets its own.
            let native = #"{"action":"purge_history","params":{"room_id":"!r:h","purge_up_to_ts":1700000000001}}"#
            for change in Self.changes {
                let json = change.hasSuffix("/tasks") ? native : Self.whole
                let size = String(json.utf8.count, radix: 16)
                for rest in [
                    "Content-Length: 30\r\n\r\n", "Content-Length: \(json.utf8.count + 1)\r\n\r\n\(json)",
                    "Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(json)\r\n",
                    "Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(json)\r\n0\r\n",
                ] {
                    let head = "\(change) HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(TestAPI.operator)\r\n"
                    let answer = try await Self.send(head + rest, port: port, ending)
                    #expect(ending == .closes || (answer.status == 400 && answer.answers == 1), "\(change): \(rest): \(answer.text)")
                }
            }
            // A request that is whole comes after all of them, and its task is alone.
            let submitted = try await api.post("/_muster/v1/tasks", native)
            #expect(submitted.status == 201)
            #expect(try await process.scheduler.tasks(TaskQuery()).tasks.map(\.id.description) == [submitted.text("id")])
        }
    }

    @Test func `a body that this process cuts off for its slowness submits nothing`() async throws {  // I9
        var settings = AdminAPISettings(serverName: "sandbox.test")
        settings.receiveTimeout = .seconds(1)
        try await TestAPI.withDatabase(settings: settings) { (api, process) async throws in
            let port = try #require(api.client.port)
            let head =
                "POST /_synapse/admin/v1/purge_history/!r:h/$e HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(TestAPI.operator)\r\n"
            let answer = try await RawConnection.exchange(port: port, [head + "Content-Length: 30\r\n\r\n"])
            #expect(answer.isClosed && (answer.status ?? 400) == 400, "\(answer.text)")
            let whole = try await RawConnection.exchange(port: port, [head + "Connection: close\r\nContent-Length: 0\r\n\r\n"])
            #expect(whole.status == 200, "\(whole.text)")
            #expect(try await process.scheduler.tasks(TaskQuery()).tasks.count == 1)
        }
    }

    @Test(arguments: Ending.allCases) func `a cancel and a retry wait for the end of their request`(ending: Ending) async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            let port = try #require(api.client.port)
            let submitted = try await api.post(
                "/_muster/v1/tasks", #"{"action":"purge_history","params":{"room_id":"!r:h","purge_up_to_ts":1700000000001}}"#)
            let path = try #require(submitted.headers[.location])
            for verb in ["cancel", "retry"] {
                let head = "POST \(path)/\(verb) HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(TestAPI.operator)\r\n"
                let answer = try await Self.send(head + "Content-Length: 30\r\n\r\n{", port: port, ending)
                #expect(ending == .closes || answer.status == 400, "\(answer.text)")
            }
            #expect(try await api.get(path).text("status") == "scheduled")
            #expect(try await process.scheduler.auditLog(limit: 10).map(\.verb) == ["submit"])
            // A body that is whole is read and makes no difference.
            #expect(try await api.post("\(path)/cancel", "{}").status == 200)
        }
    }
}
