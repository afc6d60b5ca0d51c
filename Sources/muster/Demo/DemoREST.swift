import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The demo's calls to Muster's HTTP interface, as any client would make them.
struct DemoREST: Sendable {
    let httpClient: HTTPClient
    let url: String
    let token: String

    /// An answer: its status and its JSON, if it is any.
    struct Answer: Sendable {
        var status: Int
        var body: JSONValue
    }

    /// Asks for something.
    func get(_ path: String) async throws -> Answer { try await send(.GET, path, body: nil) }

    /// Submits something and takes an id from the answer.
    ///
    /// - Throws: ``CommandFailure`` with the server's own words when it refuses.
    func submit(_ path: String, _ body: JSONValue, idKey: String) async throws -> String {
        let answer = try await send(.POST, path, body: body)
        guard answer.status == 200, let id = answer.body[idKey]?.text else {
            let words = answer.body["error"]?.text ?? "no reason given"
            throw CommandFailure(.failed, "The demo's submission was refused with \(answer.status): \(InertText.make(words))")
        }
        return id
    }

    /// One part of a path, escaped.
    static func escape(_ part: String) -> String {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        return part.addingPercentEncoding(withAllowedCharacters: allowed) ?? part
    }

    private func send(_ method: HTTPMethod, _ path: String, body: JSONValue?) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: try Printer.jsonText(body, isPretty: false)))
        }
        let response = try await httpClient.execute(request, timeout: .seconds(10))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        let json = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes.readableBytesView))
        return Answer(status: Int(response.status.code), body: json ?? .null)
    }
}
