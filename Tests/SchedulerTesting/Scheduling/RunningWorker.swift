import Logging
public import Scheduler
import ServiceLifecycle

/// A worker that runs beside the test.
public struct RunningWorker: Sendable {
    /// The worker.
    public let worker: Worker
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// Shuts it down gracefully and waits until it has left.
    public func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
    }

    fileprivate init(worker: Worker, group: ServiceGroup, running: Task<Void, any Error>) {
        self.worker = worker
        self.group = group
        self.running = running
    }
}

extension TestDatabase {
    /// Starts a worker with these handlers, and maintenance.
    public func startWorker(
        _ scheduler: TaskScheduler, instance: String = "main", version: String = "test", handlers: HandlerRegistry, maintenance: Bool = true
    ) async throws -> RunningWorker {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let worker = Worker(
            scheduler: scheduler, handlers: handlers, identity: ProcessIdentity(instance: instance, version: version),
            database: workerConfiguration, logger: logger)
        try await worker.start()
        let services: [any Service] = maintenance ? [worker, Maintenance(worker: worker)] : [worker]
        let group = ServiceGroup(services: services, logger: logger)
        let running = Task { try await group.run() }
        return RunningWorker(worker: worker, group: group, running: running)
    }

    /// Runs a worker while `body` runs, then shuts it down gracefully.
    @discardableResult
    public func withWorker<R: Sendable>(
        _ scheduler: TaskScheduler, instance: String = "main", version: String = "test", ledger: ProbeLedger = ProbeLedger(),
        handlers: HandlerRegistry? = nil, maintenance: Bool = true, _ body: (RunningWorker) async throws -> R
    ) async throws -> R {
        let handlers = try handlers ?? Probes.handlers(ledger)
        let running = try await startWorker(scheduler, instance: instance, version: version, handlers: handlers, maintenance: maintenance)
        do {
            let value = try await body(running)
            ledger.open()
            try await running.stop()
            return value
        } catch {
            ledger.open()
            try await running.stop()
            throw error
        }
    }
}

extension Probes {
    /// Handlers of all probe actions.
    public static func handlers(_ ledger: ProbeLedger) throws -> HandlerRegistry {
        var registry = HandlerRegistry()
        try registry.register(ProbeHandler(Probe.self, ledger: ledger))
        try registry.register(ProbeHandler(OtherProbe.self, ledger: ledger))
        try registry.register(ProbeHandler(UniqueProbe.self, ledger: ledger))
        try registry.register(ProbeHandler(HastyProbe.self, ledger: ledger))
        return registry
    }
}

extension TaskScheduler {
    /// Waits until a task has this status.
    @discardableResult
    public func wait(for id: TaskID, status: TaskStatus, timeout: Duration = .seconds(20)) async throws -> TaskRecord {
        var last: TaskRecord?
        do {
            try await eventually("task \(id) is \(status.rawValue)", timeout: timeout) {
                last = try await task(id)
                return last?.status == status
            }
        } catch let error as NotInTime {
            throw NotInTime(description: "\(error.description); it is \(last?.status.rawValue ?? "gone"), error: \(last?.error ?? "none")")
        }
        guard let last else { throw NotInTime(description: "task \(id) is gone") }
        return last
    }
}
