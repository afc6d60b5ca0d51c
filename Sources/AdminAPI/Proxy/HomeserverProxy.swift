public import AsyncHTTPClient
import Hummingbird
import Logging
import NIOCore
import Scheduler

import struct Foundation.UUID

/// Forwards requests that Muster does not serve to the homeserver, and its answers back, streaming both ways.
///
/// For clients that know one base URL. Nothing is added to what the caller may do: the caller's own token goes through, and no token of
/// Muster's is ever sent along.
public struct HomeserverProxy: Sendable {
    private let url: String
    private let httpClient: HTTPClient
    private let settings: AdminAPISettings
    /// Names this proxy in `Via`, so that a request that comes back is recognised.
    private let identity = "muster-" + UUID().uuidString.lowercased()

    /// A proxy in front of a homeserver.
    ///
    /// - Parameters:
    ///   - url: the homeserver's base URL, without a slash at its end
    ///   - httpClient: made with ``transportConfiguration``
    public init(url: String, httpClient: HTTPClient, settings: AdminAPISettings = AdminAPISettings()) {
        self.url = url
        self.httpClient = httpClient
        self.settings = settings
    }

    /// How the transport must be set up: answers pass as they are, redirects and compression included.
    ///
    /// A homeserver holds a `/sync` open for as long as its client asks, usually 30 s, so silence is suffered for three minutes.
    public static var transportConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        configuration.timeout.read = .seconds(180)
        configuration.timeout.write = .seconds(60)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 100
        return configuration
    }

    /// The homeserver's answer.
    ///
    /// - Throws: 400, 401, 405, 413 and 508 for what is not forwarded, 502 and 504 when the homeserver does not answer.
    func respond(to request: Request, context: APIContext) async throws -> Response {
        context.trace.route = "proxy"
        try check(request)
        var outgoing = HTTPClientRequest(url: url + ForwardedTarget.make(request.uri.string))
        outgoing.method = .init(rawValue: request.method.rawValue)
        outgoing.headers = ForwardedHeaders.request(request.headers, authority: request.head.authority, from: context.peer, via: identity)
        let upload = try Upload(request, limit: settings.maximumForwardedBodyBytes)
        if let upload { outgoing.body = .stream(upload, length: upload.length) }
        let answer: HTTPClientResponse
        do {
            let limit = TimeAmount.nanoseconds(Int64(settings.forwardTimeout / .nanoseconds(1)))
            answer = try await httpClient.execute(outgoing, deadline: .now() + limit)
        } catch {
            await upload?.close()
            throw Self.failure(error, upload: upload, logger: context.logger)
        }
        return Self.response(answer, to: request.method, upload: upload)
    }

    private func check(_ request: Request) throws {
        guard request.uri.string.hasPrefix("/") else { throw APIError.refused("The request's target must be a path.") }
        guard request.method != .connect, request.method != .trace else {
            throw APIError(.methodNotAllowed, "M_UNRECOGNIZED", "Unrecognized request")
        }
        guard !request.headers[values: .via].contains(where: { $0.contains(identity) }) else {
            throw APIError(
                .init(code: 508, reasonPhrase: "Loop Detected"), "M_UNKNOWN",
                "This request was here before: homeserver.url leads back to Muster; let it name the homeserver itself.")
        }
        // A homeserver cannot know Muster's tokens, and must not be told them (I11).
        let query = QueryItems(request.uri.query).all(QueryItems.tokenKey)
        guard !(query + request.headers[values: .authorization]).contains(where: { $0.contains(TaskScheduler.tokenPrefix) }) else {
            throw APIError(
                .unauthorized, "M_UNKNOWN_TOKEN", "Muster's own tokens are not known to the homeserver; use an access token of it.",
                members: ["soft_logout": false])
        }
    }

    private static func response(_ answer: HTTPClientResponse, to method: HTTPRequest.Method, upload: Upload?) -> Response {
        let status = HTTPResponse.Status(code: Int(answer.status.code), reasonPhrase: answer.status.reasonPhrase)
        let headers = ForwardedHeaders.response(answer.headers)
        guard method != .head, answer.status != .noContent, answer.status != .notModified else {
            return Response(status: status, headers: headers, body: ResponseBody(contentLength: nil) { try await $0.finish(nil) })
        }
        let body = ResponseBody(contentLength: headers[.contentLength].flatMap { Int($0) }) { writer in
            do {
                for try await part in answer.body { try await writer.write(part) }
            } catch {
                await upload?.close()
                throw error
            }
            // The rest of an upload that the homeserver did not want is read by the server, and never by two at once.
            await upload?.close()
            try await writer.finish(nil)
        }
        return Response(status: status, headers: headers, body: body)
    }

    private static func failure(_ error: any Error, upload: Upload?, logger: Logger) -> any Error {
        if error is CancellationError { return error }
        if upload?.isTooLarge == true {
            return APIError(.contentTooLarge, "M_TOO_LARGE", "The body is larger than what is forwarded; send it to the homeserver itself.")
        }
        // The type and the code only: what the library says may name hosts (I11).
        let reason = (error as? HTTPClientError)?.shortDescription ?? "\(type(of: error))"
        logger.warning("the homeserver did not answer a forwarded request", metadata: ["reason": "\(reason)"])
        switch error as? HTTPClientError {
        case .connectTimeout?, .readTimeout?, .writeTimeout?, .deadlineExceeded?, .getConnectionFromPoolTimeout?:
            return APIError(.gatewayTimeout, "M_UNKNOWN", "The homeserver did not answer in time; try again.")
        default:
            return APIError(.badGateway, "M_UNKNOWN", "The homeserver cannot be reached; see that it runs, then try again.")
        }
    }
}
