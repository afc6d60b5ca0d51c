import Foundation
import Migrations
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// Whose database it is: a restored copy must not run the tasks of the original.
@Suite(.timeLimit(.minutes(2)))
struct OwnerTests {
    @Test func `the database remembers the first owner that it is told, and refuses others`() async throws {
        try await withMusterDatabase { database in
            func migrator(_ owner: String?) -> Migrator { Migrator(client: database.client, owner: owner) }
            // Who says nothing is asked nothing, before and after.
            try await migrator(nil).verify()
            try await migrator("example.org").verify()
            try await migrator("example.org").verify()
            try await migrator(nil).verify()
            let error = await #expect(throws: SchedulerError.self) { try await migrator("staging.example.org").verify() }
            #expect(error?.code == .otherOwner)
            #expect(error?.message.contains("of example.org, not of staging.example.org") == true)
            #expect(error?.message.contains("muster migrate --adopt") == true)
            let migrating = await #expect(throws: SchedulerError.self) { try await migrator("staging.example.org").migrate() }
            #expect(migrating?.code == .otherOwner)
        }
    }

    @Test func `a copy that is adopted runs nothing of the original until a person lets it go`() async throws {  // I8
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            let original = Migrator(client: database.client, owner: "example.org")
            try await original.verify()
            let numbers = try await scheduler.numbers.all()
            let store = StoreUnderTest(database: database, scheduler: scheduler, actions: Array(numbers.values))
            // One of each: running, due, due later, and waiting for another build.
            let running = try await store.submit()
            let due = try await store.submit()
            let later = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(), runAt: Date(timeIntervalSinceNow: 3600))).id
            let cancelled = try await store.submit()
            let gone = try await store.join("main")
            let claimed = try await store.claim(gone, limit: 1)
            #expect(claimed.map(\.id) == [running.rawValue])

            let copy = Migrator(client: database.client, owner: "staging.example.org")
            // While the original's process lives it is no copy.
            let live = await #expect(throws: SchedulerError.self) { try await copy.adopt() }
            #expect(live?.code == .otherOwner && live?.message.contains("main") == true)
            try await database.script("UPDATE muster.process SET beat_at = beat_at - interval '1 hour'")
            #expect(try await copy.adopt() == 4)
            #expect(try await copy.adopt() == nil)
            try await copy.verify()
            await #expect(throws: SchedulerError.self) { try await original.verify() }
            // Muster 0.2.0, which would let them go, does not start meanwhile; this build has nothing to migrate.
            #expect(try await database.client.execute(FindSchemaVersion()) != [Release.muster02.schema])
            #expect(try await copy.migrate().isEmpty)

            try await database.withWorker(scheduler) { _ in
                // The roll was called and dead processes were looked for: nothing came back.
                let fresh = try await store.submit()
                try await scheduler.wait(for: fresh, status: .complete)
                try await scheduler.parkAndUnpark()
                try await scheduler.bury(known: gone)
                for id in [running, due, later, cancelled] {
                    let task = try #require(try await scheduler.task(id))
                    #expect(task.status == .parked && task.reason == "adopted" && task.attempt == 0)
                }
                #expect(try await scheduler.cancel(cancelled, requestedBy: nil) == .cancelled)
                #expect(try await copy.resume() == 3)
                #expect(try await database.client.execute(FindSchemaVersion()) == [Release.muster02.schema])
                for id in [running, due] { try await scheduler.wait(for: id, status: .complete) }
                try await eventually("what was due later is due later again") { try await scheduler.task(later)?.status == .scheduled }
                #expect(try await scheduler.task(running)?.attempt == 1)
            }
        }
    }

    @Test func `a copy that has no owner yet, as of a version that knew none, is adopted like another's`() async throws {  // I8
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
            let copy = Migrator(client: database.client, owner: "staging.example.org")
            #expect(try await copy.adopt() == 1)
            #expect(try await scheduler.task(id)?.reason == "adopted")
            try await copy.verify()
            #expect(try await copy.adopt() == nil)
        }
    }

    @Test func `of two owners that come at the same moment one is refused`() async throws {
        try await withMusterDatabase { database in
            let second = Migrator(client: database.client, owner: "staging.example.org")
            let verifying = try await database.client.transaction { holder in
                _ = try holder.run(ClaimOwnership(owner: "example.org"))
                let verifying = Task { try await second.verify() }
                try await eventually("the second waits for the first") {
                    try await database.client.execute(CountWaiting()).first == 1
                }
                return verifying
            }
            let error = await #expect(throws: SchedulerError.self) { try await verifying.value }
            #expect(error?.code == .otherOwner)
        }
    }

    @Test func `an action that no build knows is watched until its tasks are parked, and no longer`() async throws {
        try await withMusterDatabase { database in
            var topology = Topology()
            topology.gracePeriod = .milliseconds(200)
            topology.taskRoutes = ["never_registered": ["main"]]
            let newer = try database.scheduler(topology: topology)
            let older = try database.scheduler(actions: [ActionDefinition(OtherProbe.self)], topology: topology)
            // A route of an action that nobody ever registered leads to no task.
            #expect(try await older.parkAndUnpark().awaitsGrace == false)
            let id = try await newer.submit(TaskRequest(Probe.self, ProbeParams())).id
            #expect(try await older.parkAndUnpark().awaitsGrace)
            try await eventually("the end of the grace period") { try await !older.parkAndUnpark().awaitsGrace }
            #expect(try await newer.task(id)?.status == .parked)
            let called = try await older.parkAndUnpark()
            #expect(!called.awaitsGrace && called.report.findings.contains { $0.kind == .unknownAction && $0.action == Probe.name })
        }
    }

    @Test func `tasks of an action that no build knows are parked with a reason, and go on when one does`() async throws {  // I3
        try await withMusterDatabase { database in
            var topology = Topology()
            topology.gracePeriod = .milliseconds(200)
            let newer = try database.scheduler(topology: topology)
            let older = try database.scheduler(actions: [ActionDefinition(OtherProbe.self)], topology: topology)
            var handlers = HandlerRegistry()
            try handlers.register(ProbeHandler(OtherProbe.self, ledger: ProbeLedger()))
            let id = try await newer.submit(TaskRequest(Probe.self, ProbeParams())).id
            try await database.withWorker(older, handlers: handlers) { _ in
                try await newer.wait(for: id, status: .parked)
                #expect(try await newer.task(id)?.reason == "no_handler: no process that runs knows this action")
            }
            try await database.withWorker(newer) { _ in
                let task = try await newer.wait(for: id, status: .complete)
                #expect(task.attempt == 1 && task.failures == 0)
            }
        }
    }
}

/// Sessions that wait for a lock.
struct CountWaiting: Statement {
    typealias Row = Int64

    static let name = "test_count_waiting"
    static let sql = """
        SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity
        WHERE datname = pg_catalog.current_database() AND wait_event_type = 'Lock'
        """

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
