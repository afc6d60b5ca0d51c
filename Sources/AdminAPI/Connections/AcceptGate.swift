import Glibc
import Logging
import NIOCore

/// Stops a listener from accepting while there is no place for a connection, and for a moment when the system has no
/// descriptor for one.
///
/// NIO's own back-off leaves the listener registered after a failed accept, so that the event loop comes back at once,
/// for ever. Here reading itself is switched off until it is worth trying again.
///
/// Confined to the event loop of the listener.
final class AcceptGate: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    /// How long to wait before looking again: those who wait are to be answered within a second.
    private static let pause = TimeAmount.milliseconds(20)
    /// The same after an error of the system, which others have to mend.
    private static let pauseAfterError = TimeAmount.milliseconds(200)

    private let connections: OpenConnections
    private let logger: Logger
    private var retry: Scheduled<Void>?
    private var hasComplained = false

    init(connections: OpenConnections, logger: Logger) {
        self.connections = connections
        self.logger = logger
    }

    /// Puts a gate into a listener that is bound already.
    static func install(on listener: any Channel, connections: OpenConnections, logger: Logger) async throws {
        try await listener.eventLoop.submit {
            // One at a time, so that each is counted before the next is accepted.
            try listener.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            try listener.pipeline.syncOperations.addHandler(
                AcceptGate(connections: connections, logger: logger), position: .first)
        }.get()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasComplained = false
        _ = connections.place(of: unwrapInboundIn(data))
        context.fireChannelRead(data)
        if !connections.makeRoom() { close(context, for: Self.pause) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let code = (error as? IOError)?.errnoCode, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code),
            context.channel.isActive
        {
            // Those who only wait hold what is missing.
            _ = connections.makeRoom()
            if !hasComplained {
                logger.error("a connection could not be accepted; trying again", metadata: ["error": "\(error)"])
            }
            hasComplained = true
            close(context, for: Self.pauseAfterError)
            // Not passed on: NIO's own back-off would refuse to read for a whole second.
            return
        }
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        retry?.cancel()
        context.fireChannelInactive()
    }

    private func close(_ context: ChannelHandlerContext, for time: TimeAmount) {
        retry?.cancel()
        setReading(false, context)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        retry = context.eventLoop.scheduleTask(in: time) {
            let (gate, context) = bound.value
            gate.open(context)
        }
    }

    private func open(_ context: ChannelHandlerContext) {
        guard connections.makeRoom() else { return close(context, for: Self.pause) }
        setReading(true, context)
    }

    private func setReading(_ isReading: Bool, _ context: ChannelHandlerContext) {
        do {
            try context.channel.syncOptions?.setOption(.autoRead, value: isReading)
        } catch {
            // It is closed.
            logger.debug("a listener could not be switched", metadata: ["error": "\(error)"])
        }
    }
}
