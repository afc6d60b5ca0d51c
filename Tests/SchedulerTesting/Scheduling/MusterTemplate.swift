import Foundation
import Logging
public import Postgres
public import Scheduler

extension TestTemplate {
    /// A database with Muster's schema, migrated once a test process.
    public static let muster = TestTemplate(name: "muster") { database in
        _ = try await Migrator(client: database.client).migrate()
    }
}

/// Lends a migrated database of the test's own.
public func withMusterDatabase<R: Sendable>(
    isolation: isolated (any Actor)? = #isolation, _ body: (TestDatabase) async throws -> R
) async throws -> R {
    try await withTestDatabase(template: .muster, body)
}

extension TestDatabase {
    /// A scheduler of the probe actions over this database.
    public func scheduler(
        actions: [ActionDefinition] = Probes.actions, topology: Topology = Topology(), settings: SchedulerSettings = .quick,
        events: any EventSink = EventRecorder()
    ) throws -> TaskScheduler {
        TaskScheduler(
            client: client, catalogue: try Catalogue(actions), topology: topology, settings: settings, events: events)
    }

    /// How a worker of the test connects.
    public var workerConfiguration: PostgresConfiguration {
        var configuration = PostgresConfiguration(conninfo: conninfo)
        configuration.applicationName = "test worker"
        return configuration
    }
}

extension SchedulerSettings {
    /// Short intervals, so that what takes seconds in production takes a moment in a test.
    ///
    /// Nobody is declared dead because the machine is busy; tests of death use ``mortal``.
    public static var quick: SchedulerSettings {
        var settings = SchedulerSettings()
        settings.heartbeatInterval = .milliseconds(200)
        settings.deadAfter = .seconds(60)
        settings.pollInterval = .milliseconds(100)
        settings.shutdownGracePeriod = .seconds(5)
        settings.prepareTimeout = .seconds(5)
        return settings
    }

    /// As ``quick``, but dead after four seconds without a heartbeat.
    public static var mortal: SchedulerSettings {
        var settings = quick
        settings.deadAfter = .seconds(4)
        return settings
    }
}
