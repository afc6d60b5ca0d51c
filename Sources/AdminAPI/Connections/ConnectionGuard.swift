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
/// Confined to its channel's event loop, as every channel handler is.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limit: TimeAmount
    private let logger: Logger
    private var deadline: Scheduled<Void>?
    private var isReceiving = false
    private var unanswered = 0

    init(receiveTimeout: Duration, logger: Logger) {
        limit = .nanoseconds(Int64(receiveTimeout / .nanoseconds(1)))
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) { arm(context) }

    func handlerRemoved(context: ChannelHandlerContext) { disarm() }

    func channelInactive(context: ChannelHandlerContext) {
        disarm()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            unanswered += 1
            isReceiving = true
            arm(context)
        case .body: break
        case .end:
            isReceiving = false
            disarm()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            unanswered -= 1
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
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: limit) { [logger] in
            logger.debug("a request was not sent to its end in time, connection closed")
            channel.close(promise: nil)
        }
    }

    private func disarm() {
        deadline?.cancel()
        deadline = nil
    }
}
