public import AsyncHTTPClient
import Foundation

/// A typed client of the homeserver's HTTP interface: the admin API and the little of the client API that Muster needs.
///
/// Every call has a timeout and a bound on its answer, none is repeated; ``RetryingCalls`` repeats. Calls throw ``HomeserverError``, or
/// `CancellationError` at once when the Swift task is cancelled.
public struct HomeserverClient: Sendable {
    /// Where the homeserver is.
    public internal(set) var configuration: HomeserverConfiguration
    let http: HTTPClient
    let adminToken: AdminToken
    /// A process's handlers all ask for the same when they get ready.
    let adminCheck = SharedCall<String>()
    let loopCheck = SharedCall<Void>()
    /// Since when nobody has heard of the homeserver, whoever asked.
    let outage = Outage()

    /// A client over a shared HTTP client, which its owner shuts down.
    public init(_ configuration: HomeserverConfiguration, httpClient: HTTPClient) {
        self.configuration = configuration
        http = httpClient
        adminToken = AdminToken(configuration.adminToken, read: configuration.readAdminToken)
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

    /// The same, with less patience: for asking whether the homeserver is there.
    public var hasty: HomeserverClient {
        var client = self
        client.configuration.timeouts.call = min(configuration.timeouts.call, .seconds(5))
        client.configuration.timeouts.write = min(configuration.timeouts.write, .seconds(5))
        return client
    }

    /// Makes a call whose answer is an empty object.
    func send(_ call: HomeserverCall) async throws { _ = try await send(call, decoding: EmptyAnswer.self) }

    /// Makes a call and decodes the answer's JSON.
    ///
    /// Only an answer of the endpoint's form counts as the homeserver's: 200 or 201, JSON, with the keys that `Answer` must have.
    func send<Answer: Decodable>(_ call: HomeserverCall, decoding: Answer.Type) async throws -> Answer {
        do {
            let answer = try await renewing(call, decoding: Answer.self)
            outage.ended()
            return answer
        } catch let error as HomeserverError {
            switch error.kind {
            case .unreachable, .notHomeserver: outage.goesOn()
            case .client, .limited: outage.ended()
            case .timeout, .server, .invalidAnswer: break
            }
            throw error
        }
    }

    /// Makes the call once more when the admin's token was refused and another one has taken its place.
    private func renewing<Answer: Decodable>(_ call: HomeserverCall, decoding: Answer.Type) async throws -> Answer {
        let used = adminToken.current
        do {
            return try await judged(call, decoding: Answer.self)
        } catch let error as HomeserverError where error.isTokenRefused && call.caller == .admin {
            guard await adminToken.isRenewed(after: used) else { throw error }
            return try await judged(call, decoding: Answer.self)
        }
    }

    private func judged<Answer: Decodable>(_ call: HomeserverCall, decoding: Answer.Type) async throws -> Answer {
        let answer = try await exchange(call)
        guard (200..<300).contains(answer.status) else {
            throw AnswerReading.error(of: call.name, answer, secrets: secrets(of: call.caller))
        }
        guard answer.isJSON, answer.status == 200 || answer.status == 201,
            let decoded = try? JSONDecoder().decode(Answer.self, from: answer.body)
        else { throw AnswerReading.foreign(call.name, answer) }
        return decoded
    }

    func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    func token(of caller: HomeserverCaller) throws -> String {
        switch caller {
        case .admin: return adminToken.current
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
        let known = configuration.secrets + [adminToken.current]
        if case .token(let token) = caller { return known + [token] }
        return known
    }
}
