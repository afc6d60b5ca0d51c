import AsyncHTTPClient
import NIOCore
import NIOPosix
import Synchronization

@testable import AdminAPI

/// A server behind the proxy that keeps the bytes it is sent as they are, and answers with bytes, however wrong.
final class RawOrigin: Sendable {
    private struct Seen {
        var text = ""
        var connections = 0
        var closed = 0
        var channels: [any Channel] = []
    }

    private let seen = Mutex(Seen())
    /// What is sent once a head has come; nil says nothing.
    private let answer: String?
    /// Whether the connection is closed after that.
    private let closes: Bool

    init(answer: String?, closes: Bool) {
        self.answer = answer
        self.closes = closes
    }

    /// All that came, over all connections.
    var text: String { seen.withLock { $0.text } }
    /// Connections that were opened, and how many of them have ended.
    var connections: (opened: Int, closed: Int) { seen.withLock { ($0.connections, $0.closed) } }

    /// Ends all that is under way: the proxy would wait for its answers.
    private func hangUp() {
        for channel in seen.withLock({ $0.channels }) { channel.close(promise: nil) }
    }

    fileprivate final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let origin: RawOrigin
        private var head = ""
        private var hasAnswered = false

        init(_ origin: RawOrigin) { self.origin = origin }

        func channelActive(context: ChannelHandlerContext) {
            let channel = context.channel
            origin.seen.withLock { seen in
                seen.connections += 1
                seen.channels.append(channel)
            }
        }

        func channelInactive(context: ChannelHandlerContext) { origin.seen.withLock { $0.closed += 1 } }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            origin.seen.withLock { $0.text += text }
            head += text
            guard !hasAnswered, head.contains("\r\n\r\n"), let answer = origin.answer else { return }
            hasAnswered = true
            let channel = context.channel
            let closes = origin.closes
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer))).whenComplete { _ in
                if closes { channel.close(promise: nil) }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    /// Runs a proxy in front of such a server, and lends the proxy's port.
    static func withProxy(
        answer: String? = nil, closes: Bool = false, settings: AdminAPISettings = AdminAPISettings(serverName: "sandbox.test"),
        _ body: @escaping @Sendable (Int, RawOrigin) async throws -> Void
    ) async throws {
        let origin = RawOrigin(answer: answer, closes: closes)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Reader(origin)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HomeserverProxy.transportConfiguration)
        let result: Result<Void, any Error>
        do {
            let proxy = HomeserverProxy(
                url: "http://127.0.0.1:\(server.localAddress?.port ?? 1)", httpClient: http, settings: settings)
            try await TestAPI.withoutDatabase(settings: settings, resources: [.admin, .health, .proxy], proxy: proxy) { api in
                defer { origin.hangUp() }
                try await body(api.client.port ?? 0, origin)
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await http.shutdown()
        try await server.close()
        try result.get()
    }
}
