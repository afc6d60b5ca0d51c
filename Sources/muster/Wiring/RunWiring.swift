import AdminAPI
import AsyncHTTPClient
import Foundation
import Handlers
import HomeserverClient
import HomeserverTasks
import Logging
import Postgres
import Scheduler
import ServiceLifecycle

/// The whole house on one page: what a process is made of, in the order of its start.
struct RunWiring: Sendable {
    let configuration: MusterConfiguration
    let logs: Logs
    let stop: StopSwitch

    /// Starts the process and returns when it has stopped.
    ///
    /// - Throws: why it refuses to start, or what made it stop.
    func run() async throws {
        let logger = logs.logger("muster")
        for warning in configuration.warnings { logger.warning("configuration", metadata: ["problem": "\(warning)"]) }
        for listener in configuration.listeners {
            for host in listener.bindAddresses { try ListenerProbe.check(host: host, port: listener.port) }
        }

        let client = PostgresClient(postgres, logger: logs.logger("postgres"))
        let httpClient = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))
        do {
            try await serve(client: client, httpClient: httpClient, logger: logger)
        } catch {
            await close(client, httpClient)
            throw error
        }
        await close(client, httpClient)
        logger.notice("process stopped")
    }

    private func serve(client: PostgresClient, httpClient: HTTPClient, logger: Logger) async throws {
        try await DatabaseStart(client: client, logger: logger).run()

        // What there is to do, and who does it.
        let scheduler = TaskScheduler(
            client: client, catalogue: try Catalogue(HomeserverCatalogue.actions), topology: configuration.topology,
            settings: configuration.settings, events: EventFanOut([LoggingSink(logs.logger("scheduler")), MetricsSink()]))
        var handlers = HandlerRegistry()
        if let homeserver = configuration.homeserver {
            try HomeserverHandlers.register(into: &handlers, configuration: homeserver.forClient, httpClient: httpClient)
        }
        let identity = Scheduler.ProcessIdentity(instance: configuration.instance, version: Version.current)
        let worker = Worker(
            scheduler: scheduler, handlers: handlers, identity: identity, database: postgres, logger: logs.logger("worker"))

        // Prepares the handlers, registers, calls the roll; a gap of this process ends the start here.
        try await worker.start()
        logger.notice(
            "process started",
            metadata: ["version": "\(Version.current)", "handlers": "\(handlers.actions.map(\.rawValue).joined(separator: " "))"])

        // Services stop in the reverse order: first no more requests, then the attempts, then the upkeep.
        let upkeep = Maintenance(worker: worker)
        let listeners = Listeners(
            configuration: configuration, scheduler: scheduler, worker: worker, stop: stop, httpClient: httpClient, logs: logs)
        var group = ServiceGroupConfiguration(
            services: [.init(service: upkeep), .init(service: worker)] + listeners.services.map { .init(service: $0) },
            logger: logs.logger("lifecycle"))
        group.maximumGracefulShutdownDuration = configuration.settings.shutdownGracePeriod + .seconds(10)
        let services = ServiceGroup(configuration: group)
        stop.whileRunning { Task { await services.triggerGracefulShutdown() } }
        try await services.run()
    }

    private var postgres: PostgresConfiguration {
        var postgres = PostgresConfiguration(conninfo: configuration.database.dsn.value)
        postgres.poolSize = configuration.database.poolSize
        postgres.applicationName = "muster-\(configuration.instance)"
        return postgres
    }

    private func close(_ client: PostgresClient, _ httpClient: HTTPClient) async {
        await client.shutdown()
        do {
            try await httpClient.shutdown()
        } catch {
            logs.logger("muster").warning("http client not shut down", metadata: ["error": "\(error)"])
        }
    }
}

extension HomeserverSettings {
    /// As the client wants it.
    var forClient: HomeserverConfiguration {
        let puppet: HomeserverConfiguration.Puppet =
            switch self.puppet {
            case .adminLogin: .adminLogin
            case .appservice: asToken.map { .applicationService(asToken: $0.value) } ?? .none
            case .none: .none
            }
        return HomeserverConfiguration(url: url, adminToken: adminToken.value, puppet: puppet)
    }
}
