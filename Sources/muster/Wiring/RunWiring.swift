import Logging
import Scheduler
import ServiceLifecycle

/// The whole house on one page: what a process is made of, in the order of its start.
struct RunWiring: Sendable {
    let configuration: MusterConfiguration
    let logs: Logs
    let stop: StopSwitch
    /// What of this build is left out.
    var rehearsal = Rehearsal()

    /// Starts the process and returns when it has stopped.
    ///
    /// - Throws: why it refuses to start, or what made it stop.
    func run() async throws {
        let logger = logs.logger("muster")
        let places = try placesForConnections(logger)
        for warning in configuration.warnings { logger.warning("configuration", metadata: ["problem": "\(warning)"]) }
        if !rehearsal.isNone { logger.warning("rehearsing a build without some actions", metadata: ["actions": "\(rehearsal.names)"]) }
        try refuseWhatCannotWork()

        try await Connections(configuration, logs: logs).with { try await serve($0, places: places, logger: logger) }
        logger.notice("process stopped")
    }

    /// How many connections all listeners together may have, once as many files may be opened as the system allows.
    private func placesForConnections(_ logger: Logger) throws -> Int {
        let budget = FileBudget(configuration, limit: OpenFileLimit.raise(), used: try OpenFileLimit.used())
        let places = try budget.connections()
        if budget.listeners > 0, places < FileBudget.usualConnections {
            logger.warning(
                "few connections at once, because few files may be open; raise LimitNOFILE= in the unit",
                metadata: ["connections": "\(places)", "limit": "\(budget.limit)"])
        }
        return places
    }

    private func serve(_ connections: Connections, places: Int, logger: Logger) async throws {
        try await DatabaseStart(client: connections.database, logger: logger, owner: configuration.serverName).run()

        // What there is to do, and who does it.
        let scheduler = TaskScheduler(
            client: connections.database, catalogue: try buildCatalogue(rehearsal), topology: configuration.topology,
            settings: configuration.settings, channel: connections.channel,
            events: EventFanOut([LoggingSink(logs.logger("scheduler")), MetricsSink()]))
        let handlers =
            try configuration.homeserver.map {
                try BuildHandlers.registry(homeserver: $0.client, httpClient: connections.http, desk: scheduler, rehearsal: rehearsal)
            }
            ?? HandlerRegistry()
        let identity = Scheduler.ProcessIdentity(instance: configuration.instance, version: Version.current)
        let worker = Worker(
            scheduler: scheduler, handlers: handlers, identity: identity, database: connections.postgres, logger: logs.logger("worker"))

        // Prepares the handlers, registers, calls the roll; a gap of this process ends the start here.
        try await worker.start()
        logger.notice(
            "process started",
            metadata: ["version": "\(Version.current)", "handlers": "\(handlers.actions.map(\.rawValue).joined(separator: " "))"])

        // Services stop in the reverse order: first no more requests, then the attempts, then the upkeep.
        let upkeep = Maintenance(worker: worker)
        let listeners = Listeners(
            configuration: configuration, scheduler: scheduler, worker: worker, stop: stop, httpClient: connections.door,
            proxyClient: connections.proxy, places: places, logs: logs)
        var group = ServiceGroupConfiguration(
            services: [.init(service: upkeep), .init(service: worker)]
                + listeners.services.map { .init(service: BoundedStop(service: $0)) },
            logger: logs.logger("lifecycle"))
        // All of them keep to less by themselves.
        group.maximumGracefulShutdownDuration = configuration.settings.shutdownGracePeriod + .seconds(10)
        let services = ServiceGroup(configuration: group)
        stop.whileRunning {
            worker.stopBegins()
            Task { await services.triggerGracefulShutdown() }
        }
        try await services.run()
    }

    /// All that needs no database to be found, at once.
    private func refuseWhatCannotWork() throws {
        var problems = try missingHomeserver().map { [$0] } ?? []
        for listener in configuration.listeners {
            problems += listener.bindAddresses.compactMap { ListenerProbe.problem(host: $0, port: listener.port) }
        }
        guard problems.isEmpty else { throw CommandFailure(.configuration, lines: problems) }
    }

    // Every action of this build works on a homeserver: without one, a process on a route could only refuse the roll call, and say less.
    private func missingHomeserver() throws -> String? {
        guard configuration.homeserver == nil else { return nil }
        let mine = try buildCatalogue().actions.filter { configuration.topology.route(of: $0).contains(configuration.instance) }
        guard !mine.isEmpty else { return nil }
        let names = mine.map(\.name.rawValue).joined(separator: ", ")
        return InertText.make(
            "homeserver is missing, but \(configuration.instance) is to run \(names). "
                + "Add `homeserver: {url: …, admin_token_path: …}`, or route these actions to another process.")
    }
}
