import Foundation
import HomeserverClient
import HomeserverTasks
import Logging
import Postgres
import SchedulerTesting

@testable import AdminAPI
@testable import Scheduler

/// A registered process that does exactly what a test tells it to, in place of a worker.
struct StandIn: Sendable {
    let scheduler: TaskScheduler
    private let client: PostgresClient
    private let incarnation = UUID()

    /// Registers a process with handlers for these actions.
    static func register(_ scheduler: TaskScheduler, _ client: PostgresClient, actions: [ActionName]) async throws -> StandIn {
        let process = StandIn(scheduler: scheduler, client: client)
        let identity = ProcessIdentity(instance: "main", version: "test")
        _ = try await client.execute(RegisterProcess(incarnation: process.incarnation, identity: identity, configDigest: ""))
        let handlers = actions.compactMap { name in
            scheduler.catalogue[name].map { HandlerRecord(action: name, schemaDigest: $0.schemaDigest) }
        }
        _ = try await client.execute(RegisterHandlers(incarnation: process.incarnation, handlers: handlers))
        return process
    }

    /// Claims the next task that is due, and waits for one.
    func claim() async throws -> AttemptFence {
        let numbers = try await scheduler.numbers.all()
        var claimed: [ClaimTasks.Row] = []
        try await eventually("a due task") {
            let claim = ClaimTasks(actions: Array(numbers.values), limit: 1, incarnation: incarnation, deadAfter: .seconds(3600))
            claimed = try await client.execute(claim)
            return !claimed.isEmpty
        }
        let row = claimed[0]
        return AttemptFence(id: row.id, attempt: row.attempt, incarnation: incarnation)
    }

    /// Shows counters.
    func report(_ attempt: AttemptFence, _ progress: TaskProgress) async throws {
        _ = try await client.execute(SaveProgress(fence: attempt, progress: progress, checkpoint: nil))
    }

    /// Ends an attempt and its task.
    func end(_ attempt: AttemptFence, _ status: TaskStatus, result: String? = nil, error: String? = nil) async throws {
        let item = EndAttempts.Item(
            id: attempt.id, attempt: attempt.attempt, status: status.rawValue, result: result, error: error, holdsKeys: false)
        _ = try await client.execute(EndAttempts(incarnation: incarnation, items: [item]))
    }
}

extension TestAPI {
    private static let template = TestTemplate(name: "admin_api") { _ = try await Migrator(client: $0.client).migrate() }

    /// Runs an API over a database of the test's own, with a process that has handlers for `actions`.
    static func withDatabase(
        homeserver: HomeserverClient? = nil, settings: AdminAPISettings = AdminAPISettings(serverName: "sandbox.test"),
        onUncovered: Topology.UncoveredPolicy = .reject, actions: [ActionName] = HomeserverCatalogue.actions.map(\.name),
        _ body: @escaping @Sendable (TestAPI, StandIn) async throws -> Void
    ) async throws {
        let logger = Logger(label: "admin-api-test") { _ in SwiftLogNoOpLogHandler() }
        try await withScheduler(onUncovered: onUncovered, actions: actions) { scheduler, process in
            try await run(scheduler, homeserver, settings, [.admin, .health], { .fine }, logger) { api in
                try await body(api, process)
            }
        }
    }

    /// Lends a scheduler over a database of the test's own, and a process that has handlers for `actions`.
    static func withScheduler(
        onUncovered: Topology.UncoveredPolicy = .reject, actions: [ActionName] = HomeserverCatalogue.actions.map(\.name),
        _ body: (TaskScheduler, StandIn) async throws -> Void
    ) async throws {
        let logger = Logger(label: "admin-api-test") { _ in SwiftLogNoOpLogHandler() }
        try await withTestDatabase(template: template) { database in
            let scheduler = TaskScheduler(
                client: database.client, catalogue: try Catalogue(HomeserverCatalogue.actions),
                topology: Topology(onUncovered: onUncovered),
                events: LoggingSink(logger))
            try await body(scheduler, try await StandIn.register(scheduler, database.client, actions: actions))
        }
    }
}
