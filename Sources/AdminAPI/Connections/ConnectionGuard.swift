import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Bounds how slowly a client may send, and answers what is no HTTP with words, on one connection (I9).
///
/// A client that drips in one byte every few seconds is never idle. So a head must be complete, and then its body, within a time that
/// starts anew for each of them and that no byte renews. What the parser refuses (two lengths, a broken chunk, a header that is too
/// large) is answered in JSON and the connection closed, because nobody can tell where the next request would begin.
///
/// What is forwarded to the homeserver may be a large upload. Its body has no time of its own: in each such time a least number of bytes must
/// come, unless nobody here is reading, because the homeserver takes its time.
///
/// Confined to its channel's event loop, as every channel handler is.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Bytes that must come in each ``AdminAPISettings/receiveTimeout`` of a forwarded body.
    struct Uploads: Sendable {
        let leastBytes: Int
        /// Whether a request with this head is forwarded.
        let isForwarded: @Sendable (HTTPRequest) -> Bool
    }

    private let limit: TimeAmount
    private let connections: OpenConnections
    private let flowBounds: ConnectionFlow.Bounds
    private var flow: ConnectionFlow?
    private let uploads: Uploads?
    private let logger: Logger
    private var deadline: Scheduled<Void>?
    private var isReceiving = false
    private var unanswered = 0
    private var isUpload = false
    private var bytes = 0
    /// Whether the server has asked for bytes and none have come.
    private var isWaiting = false

    init(settings: AdminAPISettings, connections: OpenConnections, uploads: Uploads? = nil, logger: Logger) {
        self.connections = connections
        self.uploads = uploads
        limit = .nanoseconds(Int64(settings.receiveTimeout / .nanoseconds(1)))
        flowBounds = ConnectionFlow.Bounds(
            requests: settings.maximumPipelinedRequests, leastBytes: settings.leastAnswerBytes, window: limit)
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        arm(context)
        let flow = ConnectionFlow(bounds: flowBounds, place: connections.place(of: context.channel), logger: logger)
        do {
            try context.pipeline.syncOperations.addHandler(flow, position: .first)
            self.flow = flow
        } catch {
            logger.debug("a connection could not be set up, and is closed", metadata: ["error": "\(error)"])
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { disarm() }

    func channelInactive(context: ChannelHandlerContext) {
        disarm()
        context.fireChannelInactive()
    }

    func read(context: ChannelHandlerContext) {
        isWaiting = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isWaiting = false
        switch unwrapInboundIn(data) {
        case .head(let head):
            unanswered += 1
            isReceiving = true
            isUpload = uploads?.isForwarded(head) ?? false
            flow?.requestBegan(head)
            arm(context)
        case .body(let part):
            bytes += part.readableBytes
            flow?.bodyCame(part.readableBytes)
        case .end:
            isReceiving = false
            flow?.requestEnded()
            disarm()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            unanswered -= 1
            flow?.answerEnded()
            if !isReceiving, unanswered == 0 { arm(context) }
        }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        logger.debug("not HTTP, connection closed", metadata: ["error": "\(error)"])
        disarm()
        // In the middle of an answer there is no place for another one.
        guard unanswered == 0 else { return context.close(promise: nil) }
        let isTooLarge = error == .headerOverflow
        let refusal = APIError(
            isTooLarge ? .requestHeaderFieldsTooLarge : .badRequest, "M_UNKNOWN",
            isTooLarge
                ? "The request's header is too large; send fewer or shorter fields."
                : "The request is not well-formed HTTP/1.1; the connection is closed.")
        let body = refusal.reply.body.bytes.utf8
        let head = HTTPResponse(
            status: refusal.status, headerFields: [.contentType: "application/json", .contentLength: "\(body.count)", .connection: "close"])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: nil)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }

    private func arm(_ context: ChannelHandlerContext) {
        disarm()
        bytes = 0
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: limit) {
            let (guardian, context) = bound.value
            guardian.timeIsUp(context)
        }
    }

    private func timeIsUp(_ context: ChannelHandlerContext) {
        if isReceiving, isUpload, !isWaiting || bytes >= uploads?.leastBytes ?? 0 { return arm(context) }
        logger.debug("a request was not sent to its end in time, connection closed")
        context.close(promise: nil)
    }

    private func disarm() {
        deadline?.cancel()
        deadline = nil
    }
}
