import Foundation
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// A role that did not migrate and owns nothing: with the grants that the documents name it does all that a process does.
@Suite(.timeLimit(.minutes(2)))
struct RoleTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The grants of docs/operations.md, for this role.
    private static func documentedGrants(to role: String) throws -> String {
        let text = try String(contentsOf: root.appending(path: "docs/operations.md"), encoding: .utf8)
        let section = try #require(text.range(of: "## A role that only uses the tables"))
        let begin = try #require(text.range(of: "```sql\n", range: section.upperBound..<text.endIndex))
        let end = try #require(text.range(of: "```", range: begin.upperBound..<text.endIndex))
        return String(text[begin.upperBound..<end.lowerBound]).replacing("muster_app", with: role)
    }

    private static func withRole(
        _ grants: (String) throws -> String, _ body: (_ owner: StoreUnderTest, _ app: TestDatabase, _ role: String) async throws -> Void
    ) async throws {
        try await withStore { owner in
            let role = "app_\(UInt64.random(in: 0..<UInt64.max))"
            try await owner.database.script("CREATE ROLE \(role) LOGIN; \(try grants(role))")
            let app = owner.database.connecting(as: role)
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(owner, app, role))
            } catch {
                result = .failure(error)
            }
            await app.client.shutdown()
            try await owner.database.script("DROP OWNED BY \(role); DROP ROLE \(role)")
            try result.get()
        }
    }

    @Test func `with the documented grants tasks are submitted, run, retried, cancelled, and history is swept`() async throws {
        try await Self.withRole(Self.documentedGrants) { owner, app, _ in
            let mayVacuum = try await RoleCheck(client: app.client).verify()
            #expect(!mayVacuum)
            let events = EventRecorder()
            let scheduler = try app.scheduler(events: events)
            let ledger = ProbeLedger()
            ledger.open()
            try await app.withWorker(scheduler, ledger: ledger) { _ in
                let plain = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
                let keyed = try await scheduler.submit(
                    TaskRequest(UniqueProbe.self, ProbeParams(behave: "key", key: "room:!a"), resourceID: "!a", idempotencyKey: "k"),
                    auditedFrom: "test"
                ).id
                let failing = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(behave: "throw_final", times: 1))).id
                let later = try await scheduler.submit(
                    TaskRequest(Probe.self, ProbeParams(), runAt: Date().addingTimeInterval(3600))
                ).id
                _ = try await scheduler.submit(Array(repeating: TaskRequest(Probe.self, ProbeParams()), count: 500))
                try await scheduler.wait(for: plain, status: .complete)
                try await scheduler.wait(for: keyed, status: .complete)
                try await scheduler.wait(for: failing, status: .failed)
                let retried = try await scheduler.retry(failing)
                #expect(retried == .scheduled)
                try await scheduler.wait(for: failing, status: .complete)
                let cancelled = try await scheduler.cancel(later, requestedBy: "test")
                #expect(cancelled == .cancelled)
            }
            let before = Set(try await owner.client.execute(ListPartitions(shortest: .seconds(1))).map(\.label))
            try await owner.moveClock("+ interval '60 days'")
            try await scheduler.sweep()
            let after = Set(try await owner.client.execute(ListPartitions(shortest: .seconds(1))).map(\.label))
            #expect(after.subtracting(before).count == 2, "partitions of now and of the next week are made")
            #expect(before.subtracting(after).count >= 1, "those past their retention are dropped")
            let faults = try await owner.client.execute(FindAccessFaults()).map(\.subject)
            #expect(faults.isEmpty, "what it made belongs to the owner of the schema")
            #expect(!events.all.contains { if case .databaseTrouble = $0 { true } else { false } })
        }
    }

    @Test func `what it may not vacuum it does not try to vacuum`() async throws {
        try await Self.withRole(Self.documentedGrants) { owner, app, _ in
            try await owner.database.script(
                """
                INSERT INTO muster.ready (id, run_at, action, priority) SELECT n, now(), 1, 5 FROM generate_series(1, 30000) n;
                DELETE FROM muster.ready;
                """)
            try await eventually {
                try await owner.database.script("SELECT pg_stat_force_next_flush()")
                return try await owner.client.execute(FindDeadRows(atLeast: 20_000)).first?.table == "ready"
            }
            let dead = try await app.client.execute(FindDeadRows(atLeast: 20_000))
            #expect(dead.isEmpty)
        }
    }

    @Test func `what is missing is named at the start`() async throws {
        try await Self.withRole({ _ in "" }) { _, app, _ in
            let error = await #expect(throws: SchedulerError.self) { try await RoleCheck(client: app.client).verify() }
            #expect(error?.code == .configuration)
            #expect(error?.message.contains("USAGE ON SCHEMA muster") == true)
        }
        try await Self.withRole(Self.documentedGrants) { owner, app, role in
            try await owner.database.script(
                "REVOKE EXECUTE ON FUNCTION muster.add_partitions(bigint, integer) FROM \(role); REVOKE DELETE ON muster.ready FROM \(role)"
            )
            let error = await #expect(throws: SchedulerError.self) { try await RoleCheck(client: app.client).verify() }
            #expect(error?.message.contains("DELETE ON muster.ready, EXECUTE ON FUNCTION muster.add_partitions(bigint,integer)") == true)
            #expect(error?.message.contains("docs/operations.md") == true)
        }
    }

    @Test func `a table of somebody else's, or of a later version, stops no start`() async throws {
        try await Self.withRole(Self.documentedGrants) { owner, app, _ in
            try await owner.database.script(
                """
                CREATE TABLE muster.task_backup AS SELECT * FROM muster.task; CREATE SEQUENCE muster.theirs;
                CREATE FUNCTION muster.theirs() RETURNS integer LANGUAGE sql RETURN 1; REVOKE ALL ON FUNCTION muster.theirs FROM PUBLIC;
                """)
            _ = try await RoleCheck(client: app.client).verify()
        }
    }

    @Test func `a role that may only look can drop no history`() async throws {
        let look = { (role: String) in "GRANT USAGE ON SCHEMA muster TO \(role); GRANT SELECT ON ALL TABLES IN SCHEMA muster TO \(role)" }
        try await Self.withRole(look) { owner, app, _ in
            let label = try #require(try await owner.client.execute(ListPartitions(shortest: .seconds(1))).first?.label)
            for call in ["drop_partition('\(label)', 0, 0, 0, 0)", "sweep_partition('\(label)', 0, 0, 0, 1)", "add_partitions(1000, 0)"] {
                let error = await #expect(throws: PostgresError.self) { try await app.script("SELECT muster.\(call)") }
                #expect(error?.sqlState == "42501")
            }
        }
    }

    @Test func `an owner's process may vacuum, and lacks nothing`() async throws {
        try await withMusterDatabase { database in
            let mayVacuum = try await RoleCheck(client: database.client).verify()
            #expect(mayVacuum)
        }
        // Without the schema it is for the migrator to say so.
        try await withTestDatabase { database in
            _ = try await RoleCheck(client: database.client).verify()
        }
    }
}
