import AsyncHTTPClient
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore

@testable import AdminAPI

/// A server behind the proxy that says what reached it, and misbehaves on request.
struct EchoOrigin: HTTPResponder {
    typealias Context = BasicRequestContext

    /// What a request looked like when it arrived.
    struct Echo: Decodable {
        let method, uri: String
        let headers: [String: String]
        let bytes, sum: Int
    }

    /// Ends when `/halves` may send its second half, and `/never` its answer.
    let secondHalf: AsyncStream<Void>
    private let release: AsyncStream<Void>.Continuation

    init() { (secondHalf, release) = AsyncStream.makeStream() }

    func releaseSecondHalf() { release.finish() }

    func respond(to request: Request, context: Context) async throws -> Response {
        switch request.uri.path {
        case "/never":
            for await _ in secondHalf {}
            return Response(status: .ok)
        case "/refuse": return Response(status: .unauthorized, body: ResponseBody(byteBuffer: ByteBuffer(string: "{}")))
        case "/redirect": return Response(status: .found, headers: [.location: "/elsewhere"])
        case "/packed":
            return Response(
                status: .ok, headers: [.contentEncoding: "gzip", .connection: "X-Private", HTTPField.Name("X-Private") ?? .te: "1"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: [31, 139, 8, 0, 1, 2, 3])))
        case "/halves":
            let gate = secondHalf
            return Response(
                status: .ok,
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: "first"))
                    for await _ in gate {}
                    try await writer.write(ByteBuffer(string: "second"))
                    try await writer.finish(nil)
                })
        default: return try await echo(request)
        }
    }

    private func echo(_ request: Request) async throws -> Response {
        var (bytes, sum) = (0, 0)
        for try await part in request.body {
            bytes += part.readableBytes
            // A sample: all of it would take a debug build a minute.
            let first = (4096 - (bytes - part.readableBytes) % 4096) % 4096
            for index in stride(from: first, to: part.readableBytes, by: 4096) {
                sum = (sum &* 31 &+ Int(part.readableBytesView[part.readerIndex + index])) & 0xFFFF_FFFF
            }
        }
        var headers: [String: JSONValue] = ["host": .text(request.head.authority)]
        for field in request.headers { headers[field.name.canonicalName] = .string(field.value) }
        let answer: JSONValue = [
            "method": .string(request.method.rawValue), "uri": .string(request.uri.string), "headers": .object(headers),
            "bytes": .count(bytes), "sum": .count(sum),
        ]
        return Response(status: .accepted, body: ResponseBody(byteBuffer: ByteBuffer(bytes: JSONWriter.write(answer))))
    }
}

/// Runs an origin and a proxy in front of it, and lends the proxy's base URL.
func withProxy(
    settings: AdminAPISettings = AdminAPISettings(serverName: "sandbox.test"), readTimeout: TimeAmount = .seconds(30),
    isOriginThere: Bool = true, _ body: @escaping @Sendable (String, EchoOrigin) async throws -> Void
) async throws {
    let origin = EchoOrigin()
    let server = Application(responder: origin, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
    var transport = HomeserverProxy.transportConfiguration
    transport.timeout.read = readTimeout
    let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: transport)
    do {
        try await server.test(.live) { upstream in
            let port = isOriginThere ? upstream.port ?? 1 : 1
            let proxy = HomeserverProxy(url: "http://127.0.0.1:\(port)", httpClient: http, settings: settings)
            try await TestAPI.withoutDatabase(settings: settings, resources: [.admin, .health, .proxy], proxy: proxy) { api in
                try await body("http://127.0.0.1:\(api.client.port ?? 0)", origin)
            }
        }
    } catch {
        try await http.shutdown()
        throw error
    }
    try await http.shutdown()
}
