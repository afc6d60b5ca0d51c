import CLibPQ
import OwnedThread
import Synchronization

/// One connection to the server, on a thread of its own: nothing here blocks Swift's cooperative pool.
///
/// Statements run one after another. A call from outside costs two thread hops; ``with(_:)`` and ``transaction(_:)`` run any number of
/// statements for the price of one call. While a transaction is open, calls from other tasks wait until it has ended. No statement is ever
/// sent twice.
public actor PostgresConnection {
    let executor: ThreadExecutor
    let configuration: PostgresConfiguration
    /// Readable from any thread; see ``health``.
    nonisolated let healthFlag = Atomic<UInt8>(Health.idle.rawValue)
    /// Whether the session was read-only when it was opened; readable from any thread.
    nonisolated let readOnlyFlag = Atomic<Bool>(false)
    let turns = TurnQueue()

    var wire: Wire?
    /// Of the wire's descriptor, while no statement is in flight.
    private var watch: UInt64?
    var canceller: Canceller?
    /// The scope of the caller whose statements run now.
    var scope: CancelScope?
    var openTransaction: TransactionToken?
    var preparedTypes: Set<ObjectIdentifier> = []
    var preparedTexts: [String: String] = [:]
    var spareBinds = Binds()
    /// Whether the server plans prepared statements once, as the last statement wanted; see ``Statement/isPlannedOnce``.
    @usableFromInline var plansOnce = false
    var onNotification: (@Sendable (PostgresNotification) -> Void)?
    var onBreak: (@Sendable () -> Void)?

    /// Runs every job of this actor on its own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ configuration: PostgresConfiguration, on thread: ThreadExecutor? = nil) throws {
        self.configuration = configuration
        executor = try thread ?? ThreadExecutor(name: "postgres")
    }

    isolated deinit {
        breakDown()
    }

    /// Connects and applies the settings.
    ///
    /// Throws a ``PostgresError`` whose message names the reason in the server's or the system's words. Cancelling the task does not cut
    /// the attempt short; ``PostgresConfiguration/connectTimeout`` does.
    public static func connect(_ configuration: PostgresConfiguration) async throws -> PostgresConnection {
        try await connect(configuration, on: nil)
    }

    /// The same on a thread that others use as well; nil for one of its own.
    static func connect(_ configuration: PostgresConfiguration, on thread: ThreadExecutor?) async throws -> PostgresConnection {
        let connection: PostgresConnection
        do {
            connection = try PostgresConnection(configuration, on: thread)
        } catch {
            throw PostgresError(code: .connectFailed, message: "\(error)")
        }
        try await connection.open()
        return connection
    }

    /// False once the connection is broken or closed: drop it and connect anew.
    public var isUsable: Bool { health != .broken }

    /// Ends the connection; every later call throws `connectionLost`.
    public func close() {
        breakDown()
    }
}

/// What a pool has to know of a connection that comes back.
enum Health: UInt8, Sendable {
    case idle, inTransaction, broken
}

extension PostgresConnection {
    /// Whether the session will stay read-only however the server changes its mind: it is not kept.
    nonisolated var isReadOnly: Bool { readOnlyFlag.load(ordering: .acquiring) }

    nonisolated var health: Health { Health(rawValue: healthFlag.load(ordering: .acquiring)) ?? .broken }

    private func open() throws {
        let wire = try Opening.connect(configuration)
        guard let canceller = wire.canceller else {
            throw PostgresError(code: .connectFailed, message: "no memory for the connection")
        }
        self.wire = wire
        self.canceller = canceller
        watch = executor.watch(wire.descriptor) { [weak self] in
            self?.assumeIsolated { $0.readIdle() }
        }
        do {
            // Behind a pooler it would reach one server connection of many: there settings travel with each transaction.
            if configuration.pooler == .none { _ = try run(ApplySettings(configuration)) }
            readOnlyFlag.store(wire.isReadOnly, ordering: .releasing)
        } catch {
            breakDown()
            throw error
        }
    }

    /// The server spoke while no statement was in flight: a notification, or its end.
    private func readIdle() {
        guard let wire else { return }
        wire.consume()
        deliverNotifications()
        if wire.isBroken { breakDown() }
    }

    func deliverNotifications() {
        while let notification = wire?.nextNotification() { onNotification?(notification) }
    }

    /// The wire, or an error that says that there is none.
    func openWire(for statement: String) throws -> Wire {
        guard let wire, health != .broken else {
            throw PostgresError(code: .connectionLost, message: "the connection is closed; nothing was sent", statement: statement)
        }
        return wire
    }

    /// Records what the last command left behind.
    func settle(_ wire: Wire) {
        guard health != .broken else { return }
        if wire.isBroken {
            breakDown()
        } else {
            let isIdle = wire.transactionStatus == PQTRANS_IDLE
            healthFlag.store((isIdle ? Health.idle : .inTransaction).rawValue, ordering: .releasing)
        }
    }

    /// Gives the connection up, which rolls back what is open: it is never used again, so an outcome in doubt cannot be mistaken for
    /// another statement's.
    func breakDown() {
        if let watch { executor.unwatch(watch) }
        watch = nil
        healthFlag.store(Health.broken.rawValue, ordering: .releasing)
        canceller = nil
        wire = nil
        onBreak?()
        onBreak = nil
    }
}
