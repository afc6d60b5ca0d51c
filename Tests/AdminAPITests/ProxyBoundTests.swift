import HTTPTypes
import NIOCore
import NIOPosix
import Scheduler
import SchedulerTesting
import Testing

@testable import AdminAPI

/// What one peer may take of the proxy, and what never gets through it.
@Suite(.timeLimit(.minutes(2))) struct ProxyBoundTests {
    private static func request(from caller: String, _ more: String = "", _ target: String = "/_matrix/x") -> String {
        "GET \(target) HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: \(caller)\r\n\(more)\r\n"
    }

    private static var bounded: AdminAPISettings {
        var settings = AdminAPISettings(serverName: "sandbox.test")
        settings.maximumExchangesPerPeer = 2
        settings.maximumExchanges = 3
        settings.trustedProxies = ["127.0.0.1"].compactMap(AddressRange.init)
        return settings
    }

    @Test func `one peer cannot take all connections to the homeserver, and is told when to come back`() async throws {  // I9
        try await RawOrigin.withProxy(settings: Self.bounded) { port, origin in
            try await withThrowingTaskGroup(of: Void.self) { group in
                // These are never answered, but for the last, which takes the last place.
                for (number, caller) in ["192.0.2.1", "192.0.2.1", "192.0.2.2"].enumerated() {
                    group.addTask { _ = try await RawConnection.exchange(port: port, [Self.request(from: caller)], patience: 3_000) }
                    try await eventually("it reached the homeserver") { origin.connections.opened == number + 1 }
                    guard number == 1 else { continue }
                    let refused = try await RawConnection.exchange(port: port, [Self.request(from: caller, "Connection: close\r\n")])
                    #expect(refused.status == 429 && refused.text.contains("M_LIMIT_EXCEEDED"), "\(refused.text)")
                    #expect(refused.text.contains("Retry-After: 1\r\n"), "\(refused.text)")
                }
                let full = try await RawConnection.exchange(port: port, [Self.request(from: "192.0.2.3", "Connection: close\r\n")])
                #expect(full.status == 503 && full.text.contains("Retry-After: 5\r\n"), "\(full.text)")
                // Muster's own answers need no place.
                let own = try await RawConnection.exchange(
                    port: port, ["GET /health/live HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"])
                #expect(own.status == 200)
                try await group.waitForAll()
            }
            #expect(origin.connections.opened == 3)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "nonsense",
    ])
    func `a place comes back however the exchange ends`(answer: String) async throws {
        var settings = Self.bounded
        settings.maximumExchangesPerPeer = 1
        try await RawOrigin.withProxy(answer: answer, closes: true, settings: settings) { port, origin in
            for verb in ["GET", "HEAD", "GET", "POST"] {
                let body = verb == "POST" ? "Content-Length: 5\r\n" : ""
                let text = Self.request(from: "192.0.2.1", body + "Connection: close\r\n").replacing("GET ", with: verb + " ")
                // The client may have its answer before the place is free, for a moment.
                try await eventually("\(verb) is let in") {
                    let answered = try await RawConnection.exchange(port: port, [text], halfCloses: true)
                    return answered.status != 429 && answered.status != 503
                }
            }
        }
    }

    @Test func `a client that does not take its answer is cut, and its place is free`() async throws {  // I9
        var settings = AdminAPISettings(serverName: "sandbox.test")
        settings.receiveTimeout = .seconds(3)
        let bytes = 16 << 20
        let large = "HTTP/1.1 200 OK\r\nContent-Length: \(bytes)\r\n\r\n" + String(repeating: "x", count: bytes)
        try await RawOrigin.withProxy(answer: large, settings: settings) { port, origin in
            let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.autoRead, value: false)
                .channelOption(.socketOption(.so_rcvbuf), value: 4096)
                .connect(host: "127.0.0.1", port: port).get()
            try await client.writeAndFlush(ByteBuffer(string: Self.request(from: "192.0.2.1")))
            try await eventually("it reached the homeserver") { origin.connections.opened == 1 }
            try await eventually("the homeserver's connection is free", timeout: .seconds(60)) { origin.connections.closed == 1 }
            try? await client.close()
        }
    }

    @Test(arguments: ["9223372036854775808", "18446744073709551616", "+5", "5, 5", "-1", "5 5", "0x5", "5\r\nTransfer-Encoding: chunked"])
    func `a length that is none is refused, forwarded or not`(length: String) async throws {
        try await RawOrigin.withProxy { port, origin in
            for target in ["/_matrix/x", "/_muster/v1/tasks", "/_synapse/admin/v2/rooms/!r:h"] {
                let head = "\(target.contains("rooms") ? "DELETE" : "POST") \(target) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                let answer = try await RawConnection.exchange(port: port, [head + "Content-Length: \(length)\r\n\r\nhello"])
                #expect(answer.status == 400 || answer.status == 413, "\(target): \(answer.text)")
                #expect(answer.answers == 1)
            }
            #expect(origin.connections.opened == 0)
        }
    }

    @Test func `a length is digits, once, and nothing beside it`() throws {
        #expect(try BodyLength([:]) == .none && BodyLength([.contentLength: "0"]) == .none)
        #expect(try BodyLength([.contentLength: "9223372036854775807"]) == .known(.max))
        #expect(try BodyLength([.transferEncoding: "chunked"]) == .unknown)
        for text in ["9223372036854775808", "+5", "-5", "5,5", "", " ", "٣"] {
            #expect(throws: APIError.self) { try BodyLength([.contentLength: text]) }
        }
        #expect(throws: APIError.self) { try BodyLength([.contentLength: "5", .transferEncoding: "chunked"]) }
    }

    @Test func `none of Muster's own tokens passes, whatever header, key or path it is in`() async throws {  // I11
        let token = TaskScheduler.tokenPrefix + String(repeating: "a7", count: 20)
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
        try await RawOrigin.withProxy(answer: answer, closes: true) { port, origin in
            for (target, header) in [
                ("/_matrix/x?token=\(token)", ""), ("/_matrix/x?q=Bearer%20\(token)", ""), ("/_matrix/x?a=mst%5F\(token.dropFirst(4))", ""),
                ("/_matrix/x?\(token)", ""), ("/_matrix/\(token)/x", ""), ("/_matrix/x", "X-Access-Token: \(token)\r\n"),
                ("/_matrix/x", "Cookie: a=1; muster=\(token)\r\n"), ("/_matrix/x", "Referer: http://h/?t=mst%5f\(token.dropFirst(4))\r\n"),
                ("/_matrix/x", "Proxy-Authorization: Bearer \(token)\r\n"), ("/_matrix/x", "Authorization: Basic \(token)\r\n"),
            ] {
                let text = Self.request(from: "192.0.2.1", header + "Connection: close\r\n", target)
                let answer = try await RawConnection.exchange(port: port, [text])
                #expect(answer.status == 401 && answer.text.contains("M_UNKNOWN_TOKEN"), "\(target) \(header): \(answer.text)")
            }
            #expect(origin.connections.opened == 0)
            // What only looks a little like one is nobody's secret.
            for target in ["/_matrix/media/mst_report.pdf", "/_matrix/x?q=mst_\(String(repeating: "a", count: 39))"] {
                let answer = try await RawConnection.exchange(port: port, [Self.request(from: "x", "Connection: close\r\n", target)])
                #expect(answer.status == 200, "\(answer.text)")
            }
            // A homeserver's token may have the letters of the prefix in its middle.
            for (target, header) in [("/_matrix/x", "Authorization: Bearer syt_mst_abc\r\n"), ("/_matrix/x?access_token=syt_mst_abc", "")] {
                let text = Self.request(from: "x", header + "Connection: close\r\n", target)
                let answer = try await RawConnection.exchange(port: port, [text])
                #expect(answer.status == 200, "\(answer.text)")
            }
        }
    }
}
