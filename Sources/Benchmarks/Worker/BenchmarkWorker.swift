import Foundation
public import Logging
import Postgres
import Scheduler
import ServiceLifecycle

/// The process under test: the library's own worker with a handler that does nothing, as an embedding service would run it.
public struct BenchmarkWorker: Sendable {
    private let conninfo: String
    private let options: WorkerOptions
    private let logger: Logger

    /// A worker on a benchmark's database.
    public init(conninfo: String, options: WorkerOptions, logger: Logger) {
        self.conninfo = conninfo
        self.options = options
        self.logger = logger
    }

    /// Works until SIGTERM, saying on standard output what the benchmark waits for.
    public func run(version: String) async throws {
        let tally = Tally(options) { Self.say($0) }
        Self.say(.starting(at: MonotonicTime.now))
        var configuration = PostgresConfiguration(conninfo: conninfo)
        configuration.applicationName = "muster-main"
        let client = PostgresClient(configuration, logger: logger)
        do {
            try await work(configuration, client: client, tally: tally, version: version)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
        if options.measuresLatency { tally.tellDelays() }
    }

    private func work(_ configuration: PostgresConfiguration, client: PostgresClient, tally: Tally, version: String) async throws {
        var settings = SchedulerSettings()
        if let concurrency = options.concurrency { settings.concurrency = concurrency }
        if let claimBatch = options.claimBatch { settings.claimBatch = claimBatch }
        if let limit = options.limit { settings.limits = [NoOp.name: ActionLimit(concurrency: limit)] }
        // The same sinks as `muster run` has, so that what events cost is part of the figure.
        let events = EventFanOut([LoggingSink(logger), MetricsSink()])
        let scheduler = try NoOpFleet.scheduler(client: client, settings: settings, events: events)
        var handlers = HandlerRegistry()
        try handlers.register(NoOpHandler(workMilliseconds: options.workMilliseconds, tally: tally))
        let worker = Worker(
            scheduler: scheduler, handlers: handlers, identity: ProcessIdentity(instance: "main", version: version),
            database: configuration, logger: logger)
        try await worker.start()
        Self.say(.ready(at: MonotonicTime.now))
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: Maintenance(worker: worker)), .init(service: worker)], gracefulShutdownSignals: [.sigterm],
                logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            if options.slice > 0 { tasks.addTask { try await tellSlices(tally) } }
            try await tasks.next()
            tasks.cancelAll()
        }
    }

    private func tellSlices(_ tally: Tally) async throws {
        while true {
            try await Task.sleep(for: .seconds(options.slice))
            tally.tellDelays()
        }
    }

    private static func say(_ message: WorkerMessage) {
        // A line at a time; the benchmark reads a pipe, so nothing is left in a buffer. A reader that is gone needs no answer.
        guard let line = try? message.line() else { return }
        try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    }
}
