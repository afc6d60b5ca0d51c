public import AsyncHTTPClient
import Foundation

/// A typed client of the homeserver's HTTP interface: the admin API and the little of the client API that Muster needs.
///
/// Every call has a timeout and a bound on its answer, none is repeated; ``RetryingCalls`` repeats. Calls throw ``HomeserverError``, or
/// `CancellationError` at once when the Swift task is cancelled.
public struct HomeserverClient: Sendable {
    /// Where the homeserver is.
    public let configuration: HomeserverConfiguration
    let http: HTTPClient
    /// A process's handlers all ask for the same when they get ready.
    let adminCheck = SharedCall<String>()

    /// A client over a shared HTTP client, which its owner shuts down.
    public init(_ configuration: HomeserverConfiguration, httpClient: HTTPClient) {
        self.configuration = configuration
        http = httpClient
    }

    /// How the HTTP client should be set up: no redirects, which would carry a token elsewhere, and connection failures told at once.
    public static var transportConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        // A redact alone may have twelve calls on their way to one place; eight, the default, would hold up those of other tasks.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        return configuration
    }

    /// Makes a call and decodes the answer's JSON.
    func send<Answer: Decodable>(_ call: HomeserverCall, decoding: Answer.Type) async throws -> Answer {
        let body = try await send(call)
        do {
            return try JSONDecoder().decode(Answer.self, from: body)
        } catch {
            throw HomeserverError(.invalidAnswer, call: call.name, status: 200, serverText: "it is not the JSON that was expected")
        }
    }

    /// Makes a call whose answer does not matter beyond its status.
    @discardableResult
    func send(_ call: HomeserverCall) async throws -> Data {
        let (status, headers, body) = try await exchange(call)
        guard (200..<300).contains(status) else {
            throw AnswerReading.error(
                of: call.name, status: status, retryAfterHeader: headers, body: body, secrets: secrets(of: call.caller))
        }
        return body
    }

    func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    func token(of caller: HomeserverCaller) throws -> String {
        switch caller {
        case .admin: return configuration.adminToken
        case .token(let token): return token
        case .applicationService:
            guard case .applicationService(let token) = configuration.puppet else {
                throw HomeserverError(
                    .client, call: "act as a user", serverText: "homeserver.puppet names no application service; give it an as_token")
            }
            return token
        }
    }

    private func secrets(of caller: HomeserverCaller) -> [String] {
        if case .token(let token) = caller { return configuration.secrets + [token] }
        return configuration.secrets
    }
}
