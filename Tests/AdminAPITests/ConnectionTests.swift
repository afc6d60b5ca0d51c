import SchedulerTesting
import Testing

@testable import AdminAPI

/// What a listener makes of bytes that are no decent request, over a raw socket.
@Suite(.timeLimit(.minutes(2))) struct ConnectionTests {
    private func withPort(
        _ settings: AdminAPISettings = AdminAPISettings(), _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        try await TestAPI.withoutDatabase(settings: settings) { (api: TestAPI) async throws in
            try await body(try #require(api.client.port))
        }
    }

    /// Each could be read as one request by a proxy and as another one here.
    static let ambiguous: [(String, String)] = [
        ("two lengths", "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
        ("a length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        ("chunks that are not the last coding", "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
        ("a coding that nobody knows", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        ("a space before the colon", "Content-Length : 5\r\n\r\nhello"),
        ("a length with a sign", "Content-Length: +5\r\n\r\nhello"),
        ("a length that overflows", "Content-Length: 99999999999999999999\r\n\r\n"),
        ("a folded header", "X-A: 1\r\n Content-Length: 5\r\n\r\nhello"),
        ("a NUL in a header", "X-A: \0\r\n\r\n"),
        ("a chunk size that is none", "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"),
    ]

    @Test(arguments: ambiguous) func `what two readers could take for different requests is refused and the connection closed`(
        name: String, rest: String
    ) async throws {
        try await withPort { port in
            let hidden = "GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n"
            let answer = try await RawConnection.exchange(
                port: port, ["POST /_muster/v1/tasks HTTP/1.1\r\nHost: h\r\n" + rest + hidden])
            #expect(answer.isClosed, "\(name)")
            #expect(!answer.text.contains(#""status":"ok""#), "\(name): the hidden request was answered")
            #expect((400...431).contains(answer.status ?? 400), "\(name): \(answer.text)")
        }
    }

    @Test func `what is no HTTP is answered in JSON, once, and the connection closed`() async throws {
        try await withPort { port in
            for text in [
                "nonsense\r\n\r\n", "GET /health/live HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\0\u{5}",
            ] {
                let answer = try await RawConnection.exchange(port: port, [text])
                #expect(answer.isClosed && answer.status == 400 && answer.answers == 1, "\(text.debugDescription): \(answer.text)")
                #expect(answer.text.contains(#""errcode":"M_UNKNOWN""#), "\(answer.text)")
            }
        }
    }

    @Test func `a header over its bounds is refused`() async throws {  // I9
        try await withPort { port in
            let long = String(repeating: "x", count: 20_000)
            let many = (0..<200).map { "X-\($0): 1\r\n" }.joined()
            for header in ["X-A: \(long)\r\n", many, "Cookie: " + String(repeating: "a=b; ", count: 20_000) + "\r\n"] {
                let answer = try await RawConnection.exchange(port: port, ["GET /health/live HTTP/1.1\r\nHost: h\r\n\(header)\r\n"])
                #expect(answer.isClosed && answer.status == 431, "\(answer.text)")
            }
            let path = try await RawConnection.exchange(
                port: port, ["GET /\(String(repeating: "a", count: 200_000)) HTTP/1.1\r\nHost: h\r\n\r\n"])
            #expect(path.isClosed && (path.status == 431 || path.status == 400), "\(path.text)")
        }
    }

    @Test func `a head that is dripped in, and a connection that says nothing, are cut`() async throws {  // I9
        var settings = AdminAPISettings()
        settings.receiveTimeout = .seconds(2)
        try await withPort(settings) { port in
            let drip = "GET /health/live HTTP/1.1\r\nHost: h\r\nX-Slow: 1234567890123456789012345678901234567890\r\n\r\n".map { String($0) }
            let slow = try await RawConnection.exchange(port: port, drip, pause: 50)
            #expect(slow.isClosed && slow.sent < drip.count && slow.text.isEmpty)
            let silent = try await RawConnection.exchange(port: port, [])
            #expect(silent.isClosed)
        }
    }

    @Test func `a body that is dripped in is cut, and another client is served meanwhile`() async throws {  // I9
        var settings = AdminAPISettings()
        settings.receiveTimeout = .seconds(2)
        try await withPort(settings) { port in
            let head =
                "DELETE /_synapse/admin/v1/rooms/!r:h HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(TestAPI.operator)\r\nContent-Length: 100\r\n\r\n"
            async let slow = RawConnection.exchange(port: port, [head] + (0..<40).map { _ in "x" }, pause: 150)
            let other = try await RawConnection.exchange(
                port: port, ["GET /health/live HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"])
            #expect(other.status == 200)
            let cut = try await slow
            #expect(cut.isClosed && cut.sent < 41)
        }
    }

    @Test func `requests on one connection are answered in their order, and a long wait between two ends it`() async throws {
        var settings = AdminAPISettings()
        settings.receiveTimeout = .seconds(2)
        try await withPort(settings) { port in
            let one = "GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n"
            let answer = try await RawConnection.exchange(port: port, [one + one, one], pause: 100)
            #expect(answer.answers == 3 && answer.isClosed)
        }
    }
}
