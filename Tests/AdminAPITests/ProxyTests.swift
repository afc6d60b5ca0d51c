import AsyncHTTPClient
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import Testing

@testable import AdminAPI

@Suite(.timeLimit(.minutes(1))) struct ProxyTests {
    private struct Refusal: Decodable {
        let errcode, error: String
    }

    private func send(
        _ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:], body: HTTPClientRequest.Body? = nil
    ) async throws -> (status: Int, headers: HTTPHeaders, body: ByteBuffer) {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = headers
        request.body = body
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        return (Int(response.status.code), response.headers, try await response.body.collect(upTo: 1 << 26))
    }

    private func echo(
        _ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:], body: HTTPClientRequest.Body? = nil
    ) async throws -> EchoOrigin.Echo {
        let answer = try await send(method, url, headers: headers, body: body)
        #expect(answer.status == 202)
        return try JSONDecoder().decode(EchoOrigin.Echo.self, from: Data(answer.body.readableBytesView))
    }

    private func errcode(_ body: ByteBuffer) throws -> String {
        try JSONDecoder().decode(Refusal.self, from: Data(body.readableBytesView)).errcode
    }

    @Test(arguments: [
        "/_matrix/client/v3/sync?since=s1_2&filter=%7B%22a%22%3A1%7D", "/_synapse/admin/v1/rooms/%21a%3Ab", "/_synapse/admin/v1/rooms/!a:b",
        "/health", "//x/./y/../z", "/a%2Fb?c=%25", "/?", "/a;b=c,d@e$f'(g)*+",
    ])
    func `a request reaches the homeserver as it was sent`(_ path: String) async throws {
        try await withProxy { (url: String, _: EchoOrigin) async throws in
            let seen = try await echo(.GET, url + path)
            #expect(seen.method == "GET")
            #expect(seen.uri == path)
        }
    }

    @Test(arguments: [
        ("/a%2Fb%zz?c=%", "/a%2Fb%25zz?c=%25"), ("/x?f={\"a\":[1]}", "/x?f=%7B%22a%22:%5B1%5D%7D"), ("/é|^", "/%C3%A9%7C%5E"),
        ("/a#b", "/a%23b"),
    ])
    func `what no URL may hold is escaped, and nothing else`(_ target: String, _ escaped: String) {
        #expect(ForwardedTarget.make(target) == escaped)
    }

    @Test func `headers pass, but for those between neighbours`() async throws {
        try await withProxy { (url: String, _: EchoOrigin) async throws in
            let seen = try await echo(
                .PUT, url + "/_matrix/x",
                headers: [
                    "Authorization": "Bearer syt_abc", "X-Custom": "1", "X-Hop": "2", "Connection": "keep-alive, x-hop", "TE": "trailers",
                    "Proxy-Authorization": "Basic x", "User-Agent": "client/1", "Host": "matrix.example.org",
                ], body: .bytes(ByteBuffer(string: "{}")))
            #expect(seen.headers["authorization"] == "Bearer syt_abc")
            #expect(seen.headers["x-custom"] == "1")
            #expect(seen.headers["user-agent"] == "client/1")
            #expect(seen.headers["host"] == "matrix.example.org")
            #expect(seen.headers["x-forwarded-for"] == "127.0.0.1")
            #expect(seen.headers["x-forwarded-proto"] == "http")
            #expect(seen.headers["content-length"] == "2")
            for name in ["x-hop", "te", "proxy-authorization"] { #expect(seen.headers[name] == nil, "\(name)") }
        }
    }

    @Test func `a trusted proxy is believed what it says of its callers, and nobody else is`() {
        let said: HTTPFields = [HTTPField.Name("X-Forwarded-For") ?? .te: "9.9.9.9", HTTPField.Name("X-Forwarded-Proto") ?? .te: "https"]
        let near = ForwardedHeaders.request(said, authority: nil, from: "127.0.0.1", isTrusted: true, via: "m")
        #expect(near["x-forwarded-for"] == ["9.9.9.9, 127.0.0.1"] && near["x-forwarded-proto"] == ["https"])
        for peer in ["192.0.2.7", "127.0.0.1"] {
            let far = ForwardedHeaders.request(said, authority: nil, from: peer, isTrusted: false, via: "m")
            #expect(far["x-forwarded-for"] == [peer] && far["x-forwarded-proto"] == ["http"])
        }
    }

    @Test func `large bodies stream through, with and without a length`() async throws {
        try await withProxy { (url: String, _: EchoOrigin) async throws in
            let part = ByteBuffer(bytes: (0..<65_536).map { UInt8($0 / 4096) })
            let parts = AsyncStream<ByteBuffer> { stream in
                for _ in 0..<256 { stream.yield(part) }
                stream.finish()
            }
            let chunked = try await echo(.POST, url + "/_matrix/media/v3/upload", body: .stream(parts, length: .unknown))
            #expect(chunked.bytes == 256 * 65_536)
            var whole = ByteBuffer()
            for _ in 0..<256 { whole.writeImmutableBuffer(part) }
            let known = try await echo(.POST, url + "/_matrix/media/v3/upload", body: .bytes(whole))
            #expect(known.bytes == chunked.bytes && known.sum == chunked.sum)
        }
    }

    @Test func `an answer is passed on while it is still being made`() async throws {
        try await withProxy { (url: String, origin: EchoOrigin) async throws in
            let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url + "/halves"), timeout: .seconds(30))
            var parts = response.body.makeAsyncIterator()
            let first = try await parts.next()
            #expect(first.map { String(buffer: $0) } == "first")
            origin.releaseSecondHalf()
            let second = try await parts.next()
            #expect(second.map { String(buffer: $0) } == "second")
        }
    }

    @Test func `redirects and packed answers pass as they are`() async throws {
        try await withProxy { (url: String, _: EchoOrigin) async throws in
            var request = HTTPClientRequest(url: url + "/redirect")
            request.method = .HEAD
            let raw = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))
            let redirect = try await raw.execute(request, timeout: .seconds(10))
            let packed = try await raw.execute(HTTPClientRequest(url: url + "/packed"), timeout: .seconds(10))
            let bytes = try await packed.body.collect(upTo: 100)
            try await raw.shutdown()
            #expect(redirect.status.code == 302 && redirect.headers["location"] == ["/elsewhere"])
            #expect(packed.headers["content-encoding"] == ["gzip"] && packed.headers["x-private"].isEmpty)
            #expect(Array(bytes.readableBytesView) == [31, 139, 8, 0, 1, 2, 3])
        }
    }

    @Test func `an upload that the homeserver does not want does no harm`() async throws {
        try await withProxy { (url: String, _: EchoOrigin) async throws in
            for _ in 0..<5 {
                let parts = AsyncStream<ByteBuffer> { stream in
                    for _ in 0..<128 { stream.yield(ByteBuffer(repeating: 1, count: 65_536)) }
                    stream.finish()
                }
                let refused = try? await send(.POST, url + "/refuse", body: .stream(parts, length: .known(Int64(128 * 65_536))))
                #expect(refused == nil || refused?.status == 401)
            }
            #expect(try await echo(.GET, url + "/after").method == "GET")
        }
    }

    @Test func `a homeserver that is away is told apart from one that is slow`() async throws {
        try await withProxy(isOriginThere: false) { (url: String, _: EchoOrigin) async throws in
            let answer = try await send(.GET, url + "/_matrix/client/versions")
            #expect(answer.status == 502)
            #expect(try errcode(answer.body) == "M_UNKNOWN")
            let posted = try await send(.POST, url + "/_matrix/x", body: .bytes(ByteBuffer(repeating: 1, count: 1 << 20)))
            #expect(posted.status == 502)
        }
        try await withProxy(readTimeout: .milliseconds(200)) { (url: String, origin: EchoOrigin) async throws in
            let answer = try await send(.GET, url + "/never")
            origin.releaseSecondHalf()
            #expect(answer.status == 504)
            #expect(try errcode(answer.body) == "M_UNKNOWN")
        }
    }

    @Test func `a body over the limit is refused, whether it says its length or not`() async throws {  // I9
        var settings = AdminAPISettings(serverName: "sandbox.test")
        settings.maximumForwardedBodyBytes = 100_000
        try await withProxy(settings: settings) { (url: String, _: EchoOrigin) async throws in
            let known = try await send(.POST, url + "/_matrix/x", body: .bytes(ByteBuffer(repeating: 1, count: 100_001)))
            #expect(known.status == 413)
            #expect(try errcode(known.body) == "M_TOO_LARGE")
            let parts = AsyncStream<ByteBuffer> { stream in
                for _ in 0..<20 { stream.yield(ByteBuffer(repeating: 1, count: 10_000)) }
                stream.finish()
            }
            let unknown = try await send(.POST, url + "/_matrix/x", body: .stream(parts, length: .unknown))
            #expect(unknown.status == 413)
            #expect(try await echo(.POST, url + "/_matrix/x", body: .bytes(ByteBuffer(repeating: 1, count: 100_000))).bytes == 100_000)
        }
    }

    @Test func `a request that comes back is not sent round again`() async throws {
        try await withProxy { (url: String, _: EchoOrigin) async throws in
            let via = try #require(try await echo(.GET, url + "/x").headers["via"])
            let answer = try await send(.GET, url + "/x", headers: ["Via": "1.0 other, \(via)"])
            #expect(answer.status == 508)
            #expect(try errcode(answer.body) == "M_UNKNOWN")
            #expect(try await echo(.GET, url + "/x", headers: ["Via": "1.0 other"]).headers["via"] == "1.0 other, \(via)")
        }
    }

    @Test func `Muster's own tokens and paths never reach the homeserver`() async throws {  // I11
        try await withProxy { (url: String, _: EchoOrigin) async throws in
            for request in [
                ("/_matrix/x", ["Authorization": "Bearer mst_viewer"] as HTTPHeaders), ("/_matrix/x?access_token=mst%5Fviewer", [:]),
                ("/_matrix/x", ["Authorization": "Bearer\tmst_viewer"]), ("/_matrix/x", ["Authorization": "Bearer mst_viewer x"]),
            ] {
                let answer = try await send(.GET, url + request.0, headers: request.1)
                #expect(answer.status == 401)
                #expect(try errcode(answer.body) == "M_UNKNOWN_TOKEN")
            }
            for path in ["/_muster", "/_muster/v1/nothing", "/_muster/ui", "//_muster/v1/tasks"] {
                #expect(try await send(.GET, url + path).status == 404)
            }
            #expect(try await send(.DELETE, url + "/_synapse/admin/v1/rooms/!a:b").status == 401)
            #expect(try await send(.GET, url + "/_synapse/admin/v1/scheduled_tasks").status == 401)
            #expect(try await send(.GET, url + "/health/live").status == 200)
        }
    }

    @Test func `a preflight is answered by whoever has the path`() async throws {
        try await withProxy { (url: String, _: EchoOrigin) async throws in
            #expect(try await send(.OPTIONS, url + "/_synapse/admin/v1/scheduled_tasks").status == 204)
            #expect(try await echo(.OPTIONS, url + "/_synapse/admin/v2/users").method == "OPTIONS")
        }
    }

    @Test func `without the resource nothing is forwarded`() async throws {
        let proxy = HomeserverProxy(url: "http://127.0.0.1:1", httpClient: .shared)
        for resources: Set<AdminAPI.Resource> in [[.admin], [.health, .proxy]] {
            try await TestAPI.withoutDatabase(resources: resources, proxy: proxy) { (api: TestAPI) async throws in
                #expect(try await api.get("/_matrix/client/versions").status == 404)
            }
        }
    }
}
