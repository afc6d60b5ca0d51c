import OwnedThread
import Synchronization

/// One connection to the server, on a thread of its own: nothing here blocks Swift's cooperative pool.
///
/// Commands run one after another and none is ever sent twice. A command that is not answered within
/// ``RedisConfiguration/commandTimeout`` ends the connection, so an answer can never be taken for another command's.
public actor RedisConnection {
    let executor: ThreadExecutor
    let configuration: RedisConfiguration
    private nonisolated let hasEnded = Atomic(false)
    private var wire: RedisWire?
    private var watch: UInt64?
    private var onBreak: (@Sendable () -> Void)?
    /// Set while the connection is subscribed: it then carries no other commands.
    var onMessage: (@Sendable (_ channel: String, _ payload: [UInt8]) -> Void)?

    /// Runs every job of this actor on its own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ configuration: RedisConfiguration) throws {
        self.configuration = configuration
        executor = try ThreadExecutor(name: "redis")
    }

    isolated deinit {
        breakDown()
    }

    /// Connects, logs in and chooses the database.
    ///
    /// Takes at most ``RedisConfiguration/connectTimeout`` twice and ``RedisConfiguration/commandTimeout`` once, however long the name's
    /// resolution takes, and ends at once when the task is cancelled. Throws a ``RedisError`` that names the reason.
    public static func connect(_ configuration: RedisConfiguration) async throws -> RedisConnection {
        let connection: RedisConnection
        do {
            connection = try RedisConnection(configuration)
        } catch {
            throw RedisError(code: .connectFailed, message: "\(error)")
        }
        let late = RedisError(
            code: .connectFailed, message: "no connection to Redis at \(configuration.address) in time; check the host's name")
        try await Patience.wait(atMost: configuration.connectTimeout * 2 + configuration.commandTimeout, else: late) {
            try await connection.open()
        }
        return connection
    }

    /// False once the connection is broken or closed: drop it and connect anew.
    public nonisolated var isUsable: Bool { !hasEnded.load(ordering: .acquiring) }

    /// Sends one command, the name first, and returns the answer; throws `server` when the server refuses it.
    public func command(_ arguments: [[UInt8]]) throws -> RedisReply {
        let replies = try pipeline([arguments])
        if case .error(let text) = replies[0] { throw RedisError(serverText: text) }
        return replies[0]
    }

    /// Sends any number of commands in one round trip and returns their answers in the same order, refusals among them.
    public func pipeline(_ commands: [[[UInt8]]]) throws -> [RedisReply] {
        guard commands.allSatisfy({ !$0.isEmpty }) else { throw RedisError(code: .invalidUse, message: "a command has at least its name") }
        guard onMessage == nil else {
            throw RedisError(code: .invalidUse, message: "this connection is subscribed; send commands on another")
        }
        return try exchange { wire in
            try wire.send(commands)
            return try commands.map { _ in try wire.nextReply() }
        }
    }

    /// Ends the connection; every later call throws `connectionLost`.
    public func close() {
        breakDown()
    }
}

extension RedisConnection {
    private func open() throws {
        let wire = try Opening.connect(configuration)
        self.wire = wire
        watch = executor.watch(wire.descriptor) { [weak self] in
            self?.assumeIsolated { $0.readIdle() }
        }
    }

    /// Calls `handler` once, when the connection breaks or is closed; at once when it is already gone.
    func whenBroken(_ handler: @escaping @Sendable () -> Void) {
        if isUsable { onBreak = handler } else { handler() }
    }

    /// Runs one exchange with the server; whatever goes wrong on the way leaves the two out of step and ends the connection.
    func exchange<R>(_ body: (RedisWire) throws -> R) throws -> R {
        guard let wire else { throw RedisError(code: .connectionLost, message: "the connection is closed; nothing was sent") }
        wire.deadline = .now + configuration.commandTimeout
        do {
            return try body(wire)
        } catch {
            breakDown()
            throw error
        }
    }

    /// The server spoke while no command was in flight: a message, or its end.
    private func readIdle() {
        guard let wire else { return }
        do {
            try wire.receive()
            while let reply = try wire.arrivedReply() { try take(reply) }
        } catch {
            // The reader of the subscription, or the next command, learns of it.
            breakDown()
        }
    }

    private func breakDown() {
        if let watch { executor.unwatch(watch) }
        watch = nil
        hasEnded.store(true, ordering: .releasing)
        wire = nil
        onMessage = nil
        onBreak?()
        onBreak = nil
    }
}
