import AsyncHTTPClient
public import FoundationEssentials

/// A small client that seeds a real Synapse and reads back what it holds.
///
/// Every call is bounded by 60 s.
public struct SynapseClient: Sendable {
    let url: String
    let serverName: String
    /// The access token of the server admin.
    public let adminToken: String

    init(_ synapse: RealSynapse) {
        url = synapse.url
        serverName = synapse.serverName
        adminToken = synapse.adminToken
    }

    // Lives as long as the process. A refused connection is an answer here, not something to be tried again until the time is up:
    // tests kill Synapse and must see at once that it is gone.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(5)))
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// What Synapse answered.
    public struct Reply: Sendable {
        /// The HTTP status code.
        public let status: Int
        /// The body as it came.
        public let body: Data

        /// The body as a value.
        public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try JSONDecoder().decode(type, from: body)
        }
    }

    /// Sends one request and returns whatever comes back, errors of Synapse included.
    ///
    /// - Parameters:
    ///   - path: The path and query, percent-encoded; see `encoded(_:)`.
    ///   - token: Whose request it is; the admin's if absent.
    ///   - body: Sent as JSON.
    ///   - base: Which process to ask; the main process if absent.
    public func call(
        _ method: String, _ path: String, token: String? = nil, body: (any Encodable & Sendable)? = nil, at base: String? = nil
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: (base ?? url) + path)
        request.method = .init(rawValue: method)
        request.headers.add(name: "Authorization", value: "Bearer \(token ?? adminToken)")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(try JSONEncoder().encode(body))
        }
        let response = try await Self.http.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Reply(status: Int(response.status.code), body: Data(bytes.readableBytesView))
    }

    /// Sends one request and throws unless the status is 200 or 201.
    @discardableResult
    public func require(
        _ method: String, _ path: String, token: String? = nil, body: (any Encodable & Sendable)? = nil
    ) async throws -> Reply {
        let reply = try await call(method, path, token: token, body: body)
        guard reply.status == 200 || reply.status == 201 else {
            throw SynapseError("\(method) \(path) was answered \(reply.status): \(String(decoding: reply.body.prefix(500), as: UTF8.self))")
        }
        return reply
    }

    /// A user id, room id or event id as one component of a path.
    public static func encoded(_ component: String) -> String {
        var result = ""
        for byte in component.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }

    func encoded(_ component: String) -> String {
        Self.encoded(component)
    }
}
