import Glibc
import HTTPTypes
import Logging
import NIOCore

/// Bounds what one connection has under way, next to its socket: requests that were read ahead, and answers that nobody
/// takes (I9).
///
/// Requests are passed on in small pieces, and no more of them while ``Bounds/requests`` wait for their answers: what a
/// client sends beyond that stays in its own buffers. Where bytes of answers wait to be taken, ``AnswerPace`` says how
/// fast they must be. The place among all connections is told whose move it is.
///
/// Confined to its channel's event loop. ``ConnectionGuard``, which sees whole requests, says where they begin and end.
final class ConnectionFlow: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// The bounds of a connection.
    struct Bounds: Sendable {
        /// Requests that may be read before the first of them is answered.
        var requests: Int
        /// Bytes that a client must take in each window while some wait.
        var leastBytes: Int
        var window: TimeAmount
    }

    /// Bytes that the kernel keeps beyond what is on its way to the client.
    ///
    /// More would hide how fast the client takes them.
    private static let unsentBytes = 32_768

    /// Bytes after which it is worth a look whether some wait.
    ///
    /// The kernel takes so few at once unless many wait before them, and a look costs more than a small answer's write.
    private static let examinedBytes = 4096

    private let bounds: Bounds
    private let place: OpenConnections.Place
    private let logger: Logger
    private var context: ChannelHandlerContext?

    private var ahead: ReadAhead
    private var wantsMore = false
    private var hasInputEnded = false
    private var body = BodyPace()

    private var written = 0
    private var unexamined = 0
    private var pace: AnswerPace?
    private var nextLook: Scheduled<Void>?

    init(bounds: Bounds, place: OpenConnections.Place, logger: Logger) {
        self.bounds = bounds
        self.place = place
        self.logger = logger
        ahead = ReadAhead(limit: bounds.requests)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        do {
            try context.channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            try context.channel.syncOptions?.setOption(
                .tcpOption(.init(rawValue: TCP_NOTSENT_LOWAT)), value: Self.unsentBytes)
        } catch {
            logger.debug("a connection could not be set up in full", metadata: ["error": "\(error)"])
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        // Accepted while the listener closed: nobody will serve it, and what was made to do so must not be dropped.
        if let listener = context.channel.parent, !listener.isActive { return context.close(promise: nil) }
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        nextLook?.cancel()
        self.context = nil
    }

    // MARK: Requests

    /// A head was complete.
    func requestBegan(_ head: HTTPRequest) {
        let isChunked = head.headerFields[.transferEncoding] != nil
        ahead.requestBegan(bodyLength: isChunked ? nil : head.headerFields[.contentLength].flatMap { Int($0) } ?? 0)
        noteTurn()
    }

    /// A part of a body came.
    func bodyCame(_ count: Int) { ahead.bodyCame(count) }

    /// A request was complete.
    func requestEnded() {
        ahead.requestEnded()
        body.ended()
        noteTurn()
    }

    /// The last part of an answer was written.
    func answerEnded() {
        ahead.answerEnded()
        noteTurn()
        guard wantsMore || !ahead.isEmpty, let loop = context?.eventLoop else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        // Not in the middle of a write.
        loop.execute { bound.value.goOn() }
    }

    func read(context: ChannelHandlerContext) {
        wantsMore = !ahead.mayGoOn || !ahead.isEmpty
        guard !wantsMore else { return }
        if ahead.isReceiving {
            body.isAwaited(now: .now())
            noteTurn()
        }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if body.since != nil {
            body.came(bytes.readableBytes, now: .now())
            noteTurn()
        }
        ahead.hold(bytes)
        passOn(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The end comes after what came before it.
        if event as? ChannelEvent == .inputClosed, !ahead.isEmpty {
            hasInputEnded = true
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func passOn(_ context: ChannelHandlerContext) {
        while let piece = ahead.next() { context.fireChannelRead(wrapInboundOut(piece)) }
        guard hasInputEnded, ahead.isEmpty else { return }
        hasInputEnded = false
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    private func goOn() {
        guard let context else { return }
        if !ahead.isEmpty {
            passOn(context)
            context.fireChannelReadComplete()
        }
        if wantsMore { read(context: context) }
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let count = unwrapOutboundIn(data).readableBytes
        written += count
        unexamined += count
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        guard pace == nil, unexamined >= Self.examinedBytes else { return }
        unexamined = 0
        let waiting = waiting(context)
        guard waiting > 0 else { return }
        pace = AnswerPace(
            leastBytes: bounds.leastBytes, window: bounds.window, taken: written - waiting, waiting: waiting,
            now: .now())
        place.turn = .owing(since: .now())
        scheduleLook(context)
    }

    private func waiting(_ context: ChannelHandlerContext) -> Int {
        // A channel that is closed has nothing.
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    private func scheduleLook(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        nextLook = context.eventLoop.scheduleTask(in: .nanoseconds(max(bounds.window.nanoseconds / 70, 1_000_000))) {
            let (flow, context) = bound.value
            flow.look(context)
        }
    }

    private func look(_ context: ChannelHandlerContext) {
        let waiting = waiting(context)
        switch pace?.look(taken: written - waiting, waiting: waiting, now: .now()) {
        case .done, nil:
            pace = nil
            noteTurn()
        case .waiting(let since):
            place.turn = .owing(since: since)
            scheduleLook(context)
        case .tooSlow:
            logger.debug("answers were not taken in time, connection closed")
            context.close(promise: nil)
        }
    }

    /// Whose move it is where no answer waits to be taken.
    private func noteTurn() {
        guard pace == nil else { return }
        if let since = body.since {
            place.turn = .owing(since: since)
        } else {
            place.turn = ahead.isReceiving || ahead.unanswered > 0 ? .working : .idle(since: .now())
        }
    }
}
