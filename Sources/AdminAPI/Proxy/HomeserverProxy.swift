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
    private let places: PeerPlaces
    /// Names this proxy in `Via`, so that a request that comes back is recognised.
    private let identity = "muster-" + UUID.random().uuidString.lowercased()

    /// A proxy in front of a homeserver.
    ///
    /// - Parameters:
    ///   - url: the homeserver's base URL, without a slash at its end
    ///   - httpClient: made with ``transportConfiguration``
    public init(url: String, httpClient: HTTPClient, settings: AdminAPISettings = AdminAPISettings()) {
        self.url = url
        self.httpClient = httpClient
        self.settings = settings
        places = PeerPlaces(inAll: settings.maximumExchanges, forEachPeer: settings.maximumExchangesPerPeer)
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
        // Never fewer than requests are let in: none waits where nobody counts it.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = AdminAPISettings().maximumExchanges
        return configuration
    }

    /// The homeserver's answer.
    ///
    /// - Throws: 400, 401, 405, 413 and 508 for what is not forwarded, 429 and 503 when there is no place for it, 502 and 504 when the homeserver
    ///   does not answer.
    func respond(to request: Request, context: APIContext) async throws -> Response {
        context.trace.route = "proxy"
        try ForwardedRequest.check(request, identity: identity)
        var outgoing = HTTPClientRequest(url: url + ForwardedTarget.make(request.uri.string))
        outgoing.method = .init(rawValue: request.method.rawValue)
        outgoing.headers = ForwardedHeaders.request(
            request.headers, authority: request.head.authority, from: context.peer,
            isTrusted: CallerAddress.isTrusted(context.peer, settings.trustedProxies), via: identity)
        let upload = try Upload(request, limit: settings.maximumForwardedBodyBytes)
        let place = try places.take(context.caller)
        if let upload { outgoing.body = .stream(upload, length: upload.length) }
        let answer: HTTPClientResponse
        do {
            let limit = TimeAmount.nanoseconds(Int64(settings.forwardTimeout / .nanoseconds(1)))
            answer = try await httpClient.execute(outgoing, deadline: .now() + limit)
        } catch {
            await upload?.close()
            throw Self.failure(error, upload: upload, logger: context.logger)
        }
        return response(answer, to: request.method, upload: upload, place: place, channel: context.channel)
    }

    private func response(
        _ answer: HTTPClientResponse, to method: HTTPRequest.Method, upload: Upload?, place: PeerPlaces.Place, channel: any Channel
    ) -> Response {
        let status = HTTPResponse.Status(code: Int(answer.status.code), reasonPhrase: answer.status.reasonPhrase)
        let headers = ForwardedHeaders.response(answer.headers)
        guard method != .head, answer.status != .noContent, answer.status != .notModified else {
            return Response(status: status, headers: headers, body: ResponseBody(contentLength: nil) { try await $0.finish(nil) })
        }
        let pace = ReaderPace(leastBytes: settings.leastDownloadBytes, in: settings.receiveTimeout)
        let body = ResponseBody(contentLength: headers[.contentLength].flatMap { Int($0) }) { writer in
            defer { place.leave() }
            var pace = pace
            do {
                for try await part in answer.body {
                    // Who takes nothing is never heard of again: the connection is closed under the write.
                    let limit = channel.eventLoop.scheduleTask(in: .nanoseconds(Int64(pace.patience / .nanoseconds(1)))) {
                        channel.close(promise: nil)
                    }
                    defer { limit.cancel() }
                    let begin = ContinuousClock.now
                    try await writer.write(part)
                    pace.wrote(part.readableBytes, after: ContinuousClock.now - begin)
                }
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
        if let failure = upload?.failure { return failure }
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
