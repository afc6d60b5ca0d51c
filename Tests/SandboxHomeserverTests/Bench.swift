import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import SandboxHomeserver

/// A running sandbox with an admin, and a client that talks to it over HTTP.
struct Bench {
    let state: SandboxState
    let base: String
    let admin: String

    /// Starts a sandbox for one test.
    static func run<R: Sendable>(
        settings: SandboxSettings = SandboxSettings(), _ body: (Bench) async throws -> R
    ) async throws -> R {
        let state = SandboxState(settings: settings)
        let admin = try state.createUser("admin", admin: true)
        let server = SandboxHomeserver(state: state, logger: Logger(label: "sandbox-test"))
        return try await server.withServer { address in
            try await body(Bench(state: state, base: address.url, admin: admin))
        }
    }

    struct Answer {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]
        var json: SandboxJSON { SandboxJSON(parsing: body) ?? .null }
        var errcode: String? { json["errcode"]?.text }
    }

    func get(_ path: String, _ token: String? = nil, timeout: TimeAmount = .seconds(20)) async throws -> Answer {
        try await call(.GET, path, token, nil, timeout: timeout)
    }

    func post(_ path: String, _ token: String? = nil, _ body: SandboxJSON = [:]) async throws -> Answer {
        try await call(.POST, path, token, body.utf8)
    }

    func put(_ path: String, _ token: String? = nil, _ body: SandboxJSON = [:]) async throws -> Answer {
        try await call(.PUT, path, token, body.utf8)
    }

    func delete(_ path: String, _ token: String? = nil, _ body: SandboxJSON? = nil) async throws -> Answer {
        try await call(.DELETE, path, token, body?.utf8)
    }

    func call(
        _ method: HTTPMethod, _ path: String, _ token: String?, _ body: [UInt8]?, timeout: TimeAmount = .seconds(20)
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body { request.body = .bytes(body) }
        let response = try await HTTPClient.shared.execute(request, timeout: timeout)
        let collected = try await response.body.collect(upTo: 8 << 20)
        return Answer(status: Int(response.status.code), headers: response.headers, body: Array(collected.readableBytesView))
    }

    /// Redacts over the client API.
    func redact(_ eventID: String, in roomID: String, _ token: String, txn: String, query: String = "") async throws -> Answer {
        try await put(
            "/_matrix/client/v3/rooms/\(encoded(roomID))/redact/\(encoded(eventID))/\(txn)\(query)", token, ["reason": "spam"])
    }
}

/// Percent-encodes everything but letters, digits and `-._~`.
func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~"))) ?? text
}
