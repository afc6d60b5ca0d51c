import AsyncHTTPClient
public import FoundationEssentials

/// A client of a running `main`, with the token of the homeserver's admin.
///
/// Every call is bounded by 20 s.
public struct MusterClient: Sendable {
    /// What was answered.
    public struct Reply: Sendable {
        /// The HTTP status code.
        public let status: Int
        /// The body as it came.
        public let body: Data

        /// The body as a value.
        public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try JSONDecoder().decode(type, from: body)
        }

        /// The body as text.
        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// An answer that was not 200.
    public struct Refused: Error, CustomStringConvertible {
        /// What was asked, and the answer.
        public let description: String
    }

    /// The base URL of the listener.
    public let url: String
    let token: String

    /// The address of the listener.
    public var base: String { url }

    /// The token, to look whether it turns up anywhere.
    public var secret: String { token }

    /// The same listener with another token.
    public func with(token: String) -> MusterClient { MusterClient(url: url, token: token) }

    // Lives as long as the process.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(5)))
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Sends one request and returns whatever comes back.
    public func call(_ method: String, _ path: String, _ body: (any Encodable & Sendable)? = nil) async throws -> Reply {
        var request = HTTPClientRequest(url: url + path)
        request.method = .init(rawValue: method)
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(try JSONEncoder().encode(body))
        }
        let response = try await Self.http.execute(request, timeout: .seconds(20))
        let bytes = try await response.body.collect(upTo: 8 << 20)
        return Reply(status: Int(response.status.code), body: Data(bytes.readableBytesView))
    }

    /// Sends one request and decodes the answer.
    ///
    /// - Throws: ``Refused`` unless the status is 200.
    public func require<Value: Decodable>(
        _ method: String, _ path: String, _ body: (any Encodable & Sendable)? = nil, as type: Value.Type = Value.self
    ) async throws -> Value {
        let reply = try await call(method, path, body)
        guard reply.status == 200 else { throw Refused(description: "\(method) \(path) was answered \(reply.status): \(reply.text)") }
        return try reply.decode(type)
    }

    /// A task by the native API.
    public func task(_ id: String) async throws -> MusterTask { try await require("GET", "/_muster/v1/tasks/\(id)") }

    /// The ended tries of a task, oldest first.
    public func attempts(of id: String) async throws -> [MusterAttempt] {
        struct Page: Decodable {
            let attempts: [MusterAttempt]
        }
        return try await require("GET", "/_muster/v1/tasks/\(id)/attempts", as: Page.self).attempts
    }

    /// Waits until the task has ended, in whatever way.
    public func ended(_ id: String, within limit: Duration = .seconds(60)) async throws -> MusterTask {
        try await task(id, "its end", within: limit) { ["complete", "failed", "cancelled"].contains($0.status) }
    }

    /// Waits until something holds of the task.
    public func task(
        _ id: String, _ what: String, within limit: Duration = .seconds(30), _ condition: (MusterTask) -> Bool
    ) async throws -> MusterTask {
        var task = try await task(id)
        do {
            try await eventually("\(what) of task \(id)", timeout: limit) {
                if condition(task) { return true }
                task = try await self.task(id)
                return condition(task)
            }
        } catch let error as NotInTime {
            throw NotInTime(description: "\(error); it is \(task)")
        }
        return task
    }
}
