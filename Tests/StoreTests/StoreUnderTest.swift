import Foundation
import Postgres
import SchedulerTesting

@testable import Scheduler

/// A migrated database and the statements that the tests send by hand.
struct StoreUnderTest: Sendable {
    let database: TestDatabase
    let scheduler: TaskScheduler
    let actions: [Int16]

    var client: PostgresClient { database.client }

    func submit(_ params: ProbeParams = ProbeParams()) async throws -> TaskID {
        try await scheduler.submit(TaskRequest(Probe.self, params)).id
    }

    func join(_ instance: String) async throws -> UUID {
        let incarnation = UUID()
        let identity = ProcessIdentity(instance: instance, version: "test")
        _ = try await client.execute(RegisterProcess(incarnation: incarnation, identity: identity, configDigest: ""))
        return incarnation
    }

    func claim(_ incarnation: UUID, limit: Int = 10) async throws -> [ClaimTasks.Row] {
        try await client.execute(ClaimTasks(actions: actions, limit: limit, incarnation: incarnation, deadAfter: .seconds(20)))
    }

    /// Declares a process dead and takes its tasks back.
    func kill(_ incarnation: UUID) async throws -> [Int64] {
        _ = try await client.execute(MarkDead(deadAfter: .seconds(3600), known: incarnation))
        return try await client.execute(ReclaimTasks(maximumCrashes: 3)).map(\.id)
    }

    func end(
        _ fence: AttemptFence, status: String = "complete", error: String? = nil, holdsKeys: Bool = false
    ) async throws -> [Int64] {
        let item = EndAttempts.Item(
            id: fence.id, attempt: fence.attempt, status: status, result: nil, error: error, holdsKeys: holdsKeys)
        return try await client.execute(EndAttempts(incarnation: fence.incarnation, items: [item]))
    }

    /// When the task of a claim was due, as its claim says; long ago when it is not claimed.
    func runAt(_ id: Int64) async throws -> Date { try await client.execute(FindClaimedRunAt(id: id)).first ?? .distantPast }

    func take(_ fence: AttemptFence, _ key: String) async throws -> Bool? {
        try await client.execute(AcquireKey(fence: fence, key: key)).first?.taken
    }
}

struct FindClaimedRunAt: Statement {
    static let name = "find_claimed_run_at"
    static let sql = "SELECT run_at FROM muster.active WHERE id = $1::bigint"
    let id: Int64

    func bind(_ binds: inout Binds) { binds.add(id) }
    static func decode(_ row: inout RowReader) throws -> Date { try row.next() }
}

func withStore(_ body: (StoreUnderTest) async throws -> Void) async throws {
    try await withMusterDatabase { database in
        let scheduler = try database.scheduler()
        let numbers = try await scheduler.numbers.all()
        try await body(StoreUnderTest(database: database, scheduler: scheduler, actions: numbers.values.sorted()))
    }
}
