import Hummingbird
public import Logging
import NIOCore

/// A small in-memory Matrix homeserver for demonstrations and tests.
///
/// It answers the endpoints that Muster calls as Synapse 1.163.2 was seen to answer them, and says in every answer that it is a sandbox
/// (`Server: muster-sandbox`). It listens on 127.0.0.1 only, keeps nothing and knows no federation, no sync and no passwords.
public struct SandboxHomeserver: Sendable {
    /// The value of the `Server` header of every answer.
    public static let product = "muster-sandbox"

    private let state: SandboxState
    private let logger: Logger

    /// A homeserver over a world.
    ///
    /// - Parameters:
    ///   - serverName: the domain of its users; must be the state's.
    ///   - state: the world, which can be seeded before and inspected meanwhile. One server at a time may run on it.
    ///   - logger: where the server logs.
    public init(serverName: String = "sandbox.test", state: SandboxState, logger: Logger) {
        precondition(serverName == state.serverName, "The sandbox's state was made for \(state.serverName), not for \(serverName).")
        self.state = state
        self.logger = logger
    }

    /// Runs until cancelled or, inside a service group, until its graceful shutdown.
    ///
    /// - Parameters:
    ///   - port: the port on 127.0.0.1; 0 lets the system choose.
    ///   - onReady: called once, when the server accepts connections.
    public func run(port: Int = 0, onReady: @escaping @Sendable (SandboxAddress) async -> Void = { _ in }) async throws {
        try await serve(port: port) { channel in
            await onReady(SandboxAddress(port: channel.localAddress?.port ?? port))
        }
    }

    /// Runs the server while the body runs, and stops it afterwards.
    ///
    /// - Parameters:
    ///   - port: the port on 127.0.0.1; 0 lets the system choose.
    ///   - body: gets the address of the server, which accepts connections.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws, or why the server could not start.
    public func withServer<R: Sendable>(port: Int = 0, _ body: (SandboxAddress) async throws -> R) async throws -> R {
        let (listening, continuation) = AsyncThrowingStream.makeStream(of: (any Channel).self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await serve(port: port) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            defer { group.cancelAll() }
            var channels = listening.makeAsyncIterator()
            guard let channel = try await channels.next() else { throw CancellationError() }
            let result: Result<R, any Error>
            do {
                result = .success(try await body(SandboxAddress(port: channel.localAddress?.port ?? port)))
            } catch {
                result = .failure(error)
            }
            // Closed before the cancellation, the listener ends in order; that it has ended by itself is as good.
            try? await channel.close(mode: .all)
            return try result.get()
        }
    }

    private func serve(port: Int, onListening: @escaping @Sendable (any Channel) async -> Void) async throws {
        let application = Application(
            responder: SandboxResponder(state: state),
            server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: Self.product),
            onServerRunning: onListening,
            logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask { await state.runJobs() }
            // The job runner ends only when cancelled, so the first end is the server's.
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
