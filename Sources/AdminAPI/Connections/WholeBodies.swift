import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// A request's body ended before its end was sent.
struct TruncatedBody: Error {}

/// Tells whoever reads a body that it broke off.
///
/// The server takes the end of the input for the end of the body: a client that closes, half-closes or is cut in the middle would otherwise
/// have sent a shorter body that is whole. Whatever ends the input while a body is under way, this process included, becomes
/// ``TruncatedBody`` here. It stands before all others, so that none of them can end the input first.
///
/// Confined to its channel's event loop, as every channel handler is.
final class WholeBodies: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private var isReceiving = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isReceiving = true
        case .body: break
        case .end: isReceiving = false
        }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { breakOff(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        breakOff(context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What the parser says of the same, before the input counts as closed.
        if isReceiving, let error = error as? HTTPParserError, error == .invalidEOFState { return breakOff(context) }
        context.fireErrorCaught(error)
    }

    private func breakOff(_ context: ChannelHandlerContext) {
        guard isReceiving else { return }
        isReceiving = false
        context.fireErrorCaught(TruncatedBody())
    }
}
