import Foundation
import HomeserverTasks
import Logging
import Postgres
import Scheduler

/// A command's connection to the database: opened, used, closed.
struct DatabaseSession: Sendable {
    /// The connections.
    let client: PostgresClient
    /// The front door, with the routes of the configuration where one was given.
    let scheduler: TaskScheduler

    /// Opens the database that the options name, runs the body and closes the connections.
    ///
    /// - Parameters:
    ///   - options: configuration files, a connection string, or the environment
    ///   - needsSchema: whether the schema must be the one of this build; everything but a migration needs that
    ///   - needsRoutes: whether the body submits, so that routes must be known: without a configuration they are taken from the live processes
    static func with<Value: Sendable>(
        _ options: DatabaseOptions, needsRoutes: Bool = false, needsSchema: Bool = true,
        _ body: @Sendable (DatabaseSession) async throws -> Value
    ) async throws -> Value {
        try await with(options.source(), needsRoutes: needsRoutes, needsSchema: needsSchema, body)
    }

    /// The same for a database that is named already.
    static func with<Value: Sendable>(
        _ source: DatabaseOptions.Source, needsRoutes: Bool = false, needsSchema: Bool = true,
        _ body: @Sendable (DatabaseSession) async throws -> Value
    ) async throws -> Value {
        let place = try DatabasePlace(source)
        let logger = Logs.forCommands.logger("muster")
        let client = PostgresClient(place.postgres, logger: logger)
        do {
            let session = try await open(client, place: place, needsRoutes: needsRoutes, needsSchema: needsSchema, logger: logger)
            let value = try await body(session)
            await session.scheduler.drainWakeUps()
            await client.shutdown()
            return value
        } catch {
            await client.shutdown()
            throw error
        }
    }

    private static func open(
        _ client: PostgresClient, place: DatabasePlace, needsRoutes: Bool, needsSchema: Bool, logger: Logger
    ) async throws -> DatabaseSession {
        // First of all the connection by itself: a refused login is then told apart from a server that is away.
        try await client.withConnection { _ in }
        // Whoever only looks may look at another server's tasks; whoever changes something may not.
        if needsSchema { try await Migrator(client: client, owner: needsRoutes ? place.owner : nil).verify() }
        let catalogue = try Catalogue(HomeserverCatalogue.actions)
        func session(_ topology: Topology) -> DatabaseSession {
            let scheduler = TaskScheduler(
                client: client, catalogue: catalogue, topology: topology, settings: place.settings, events: LoggingSink(logger))
            return DatabaseSession(client: client, scheduler: scheduler)
        }
        if let topology = place.topology { return session(topology) }
        guard needsRoutes else { return session(Topology()) }
        return session(ObservedTopology.make(try await session(Topology()).scheduler.processes()))
    }
}

/// The routes as the live processes show them, for commands that were given a connection string and no configuration.
enum ObservedTopology {
    /// Every live process that has a handler counts as a route of its action; without any, `main` would run everything.
    static func make(_ processes: [ProcessRecord]) -> Topology {
        let live = processes.filter { $0.isLive && $0.state == .running }
        guard !live.isEmpty else { return Topology() }
        let names = Set(live.map(\.instance)).sorted()
        var routes: [ActionName: Set<String>] = [:]
        for process in live {
            for handler in process.handlers { routes[handler.action, default: []].insert(process.instance) }
        }
        return Topology(
            instances: names, runBackgroundTasksOn: names, taskRoutes: routes.mapValues { $0.sorted() }, digest: live[0].configDigest)
    }
}
