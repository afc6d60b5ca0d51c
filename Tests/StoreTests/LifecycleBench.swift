import Foundation
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// A migrated database, a scheduler over it and one process that has every handler.
struct LifecycleBench: Sendable {
    let database: TestDatabase
    let scheduler: TaskScheduler
    let events: EventRecorder
    let process: UUID

    var client: PostgresClient { database.client }

    static let handlers = Probes.actions.map { HandlerRecord(action: $0.name, schemaDigest: $0.schemaDigest) }

    func register(_ handlers: [HandlerRecord]) async throws {
        _ = try await client.execute(RegisterHandlers(incarnation: process, handlers: handlers))
    }

    /// Takes the process away, leaving nothing claimed.
    func leave() async throws { _ = try await client.execute(ChangeState(incarnation: process, state: .stopped)) }

    func submit(runAt: Date? = nil) async throws -> TaskID {
        try await scheduler.submit(TaskRequest(action: Probe.name, runAt: runAt)).id
    }

    func record(_ id: TaskID) async throws -> TaskRecord { try #require(try await scheduler.task(id)) }

    /// Claims a task and writes some progress, so that every counter has something to lose.
    @discardableResult
    func claim(_ id: TaskID, by claimer: UUID? = nil) async throws -> AttemptFence {
        let numbers = try await scheduler.numbers.all()
        let claim = ClaimTasks(
            actions: numbers.values.sorted(), limit: 1, incarnation: claimer ?? process, deadAfter: .seconds(20))
        let row = try #require(try await client.execute(claim).first)
        #expect(row.id == id.rawValue)
        let fence = AttemptFence(id: row.id, attempt: row.attempt, incarnation: claimer ?? process)
        _ = try await client.execute(SaveProgress(fence: fence, progress: TaskProgress(done: 3, total: 9), checkpoint: "{}"))
        return fence
    }

    /// Tells the store what a verdict says, as a worker's reporter does.
    func report(_ verdict: Verdict, _ fence: AttemptFence) async throws {
        let written: [Int64]
        let runAt = try await client.execute(FindClaimedRunAt(id: fence.id)).first ?? .distantPast
        switch verdict {
        case .end(let status, _, let error):
            let item = EndAttempts.Item(
                id: fence.id, attempt: fence.attempt, status: status.rawValue, result: nil, error: error, holdsKeys: true)
            written = try await client.execute(EndAttempts(incarnation: fence.incarnation, items: [item]))
        case .later(let outcome, let wait, let error):
            let item = DeferAttempts.Item(
                id: fence.id, attempt: fence.attempt, runAt: runAt, outcome: outcome, waitMilliseconds: wait.milliseconds, error: error)
            written = try await client.execute(DeferAttempts(incarnation: fence.incarnation, items: [item]))
        case .park(let note):
            let item = ParkAttempts.Item(id: fence.id, attempt: fence.attempt, runAt: runAt, unreadBy: "test probe/1", note: note)
            written = try await client.execute(ParkAttempts(incarnation: fence.incarnation, items: [item]))
        }
        #expect(written == [fence.id])
    }

    /// A process of its own claims the task and dies.
    func crash(_ id: TaskID) async throws {
        let doomed = UUID()
        let identity = ProcessIdentity(instance: "doomed", version: "test")
        _ = try await client.execute(RegisterProcess(incarnation: doomed, identity: identity, configDigest: ""))
        try await claim(id, by: doomed)
        try await scheduler.bury(known: doomed)
    }
}

func withLifecycle(topology: Topology, _ body: (LifecycleBench) async throws -> Void) async throws {
    try await withMusterDatabase { database in
        let events = EventRecorder()
        var settings = SchedulerSettings()
        settings.retention.complete = .zero
        let scheduler = try database.scheduler(topology: topology, settings: settings, events: events)
        _ = try await scheduler.numbers.all()
        let process = UUID()
        let identity = ProcessIdentity(instance: "main", version: "test")
        _ = try await database.client.execute(RegisterProcess(incarnation: process, identity: identity, configDigest: ""))
        let bench = LifecycleBench(database: database, scheduler: scheduler, events: events, process: process)
        try await bench.register(LifecycleBench.handlers)
        try await body(bench)
    }
}
