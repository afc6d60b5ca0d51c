import Dispatch
import FaultLedger
import Foundation
import LineOutput
import Logging
import Postgres
import Redis
import Scheduler
import ServiceLifecycle
import Synchronization

/// A process of the fault suite: the scheduler embedded as `muster run` embeds it, with handlers that write into a ledger.
@main
enum FaultWorker {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else { throw NoOrders() }
        let orders = try JSONDecoder().decode(WorkerOrders.self, from: Data(CommandLine.arguments[1].utf8))
        let output = LineWriter(descriptor: STDERR_FILENO)
        let level = orders.logsAll == true ? Logger.Level.debug : .info
        LoggingSystem.bootstrap { LineHandler(logLevel: level, label: $0, output: output) }
        let logger = Logger(label: orders.instance)
        let stop = StopOnSignal()
        defer { withExtendedLifetime(stop) {} }

        var postgres = PostgresConfiguration(conninfo: orders.store)
        postgres.poolSize = 3
        postgres.pooler = orders.isPooled ? .transaction : .none
        postgres.applicationName = "fault-\(orders.instance)"
        let database = PostgresClient(postgres, logger: logger)
        let redis = orders.redis.map { RedisClient(RedisConfiguration(path: $0), logger: logger) }
        let ledger = Ledger(conninfo: orders.ledger)
        let scheduler = TaskScheduler(
            client: database, catalogue: try Catalogue(FaultCatalogue.definitions(orders.catalogue)), topology: orders.topology,
            settings: orders.settings, channel: redis.map { RedisWakeUps(client: $0, name: "faults") }, events: LoggingSink(logger))
        let handlers = try FaultCatalogue.handlers(orders.handlers, ledger: ledger, instance: orders.instance, boot: orders.boot)
        let worker = Worker(
            scheduler: scheduler, handlers: handlers,
            identity: Scheduler.ProcessIdentity(instance: orders.instance, version: orders.version), database: postgres, logger: logger)
        do {
            try await Migrator(client: database).verify()
            try await worker.start()
        } catch {
            logger.critical("refused to start", metadata: ["error": "\(error)"])
            output.flush(within: .seconds(1))
            exit(3)
        }
        logger.notice("process started")
        var group = ServiceGroupConfiguration(
            services: [.init(service: Maintenance(worker: worker)), .init(service: worker)], logger: logger)
        group.maximumGracefulShutdownDuration = orders.settings.shutdownGracePeriod + .seconds(10)
        let services = ServiceGroup(configuration: group)
        stop.whenAsked {
            worker.stopBegins()
            Task { await services.triggerGracefulShutdown() }
        }
        try await services.run()
        await redis?.shutdown()
        await database.shutdown(within: .seconds(2))
        await ledger.close()
        logger.notice("process stopped")
        output.flush(within: .seconds(1))
    }
}

private struct NoOrders: Error, CustomStringConvertible {
    let description = "fault-worker takes one argument, its orders as JSON; the fault suite starts it"
}

/// The first SIGTERM asks for a graceful stop, the second ends the process at once, as in `muster run`.
private final class StopOnSignal: Sendable {
    private let switched = StopState()
    private let source: Mutex<any DispatchSourceSignal>

    init() {
        let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: DispatchQueue(label: "signals"))
        source.setEventHandler { [switched] in switched.signalled() }
        source.resume()
        self.source = Mutex(source)
    }

    func whenAsked(_ action: @escaping @Sendable () -> Void) { switched.whenAsked(action) }
}

private final class StopState: Sendable {
    private struct State {
        var count = 0
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    func whenAsked(_ action: @escaping @Sendable () -> Void) {
        let isDue = state.withLock { state in
            state.action = action
            return state.count > 0
        }
        if isDue { action() }
    }

    func signalled() {
        let (count, action) = state.withLock { state in
            state.count += 1
            return (state.count, state.action)
        }
        if count > 1 { _exit(128 + SIGTERM) }
        action?()
    }
}
