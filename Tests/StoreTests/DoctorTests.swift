import Foundation
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// What the doctor finds in a real database that something is really wrong with.
@Suite(.timeLimit(.minutes(2)))
struct DoctorTests {
    @Test func `a database fresh from the migrations has every index that is expected, and no more`() async throws {
        try await withStore { store in
            let indexes = try await store.client.execute(ListIndexHealth()).map(\.index).sorted()
            #expect(indexes == ExpectedIndexes.all.map(\.name).sorted())
            // Slots belong to the server, which other tests use as well.
            let kinds = Set(try await store.complaints().map(\.kind)).subtracting([.replicationSlot])
            // The server of the tests runs without fsync, and nobody works here.
            #expect(kinds == [.setting, .noProcess])
        }
    }

    @Test func `a long transaction is named with its session and its query, without the texts in it`() async throws {  // I11
        try await withStore { store in
            try await store.moveClock("+ interval '2 minutes'")
            try await store.client.withConnection { reader in
                try await reader.script("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*), 'a secret' FROM muster.ready")
                let complaint = try #require(try await store.complaints().first { $0.kind == .longTransaction })
                #expect(complaint.problem.contains("test client"))
                #expect(complaint.problem.contains("FROM muster.ready"))
                #expect(!complaint.problem.contains("secret"))
                #expect(complaint.problem.contains("2 min") || complaint.problem.contains("120 s"))
                #expect(complaint.remedy.contains("pg_terminate_backend"))
                try await reader.script("ROLLBACK")
            }
            let after = try await store.complaints()
            #expect(!after.contains { $0.kind == .longTransaction })
        }
    }

    @Test func `a slot that nobody reads is named`() async throws {
        try await withStore { store in
            let slot = "doctor_\(UInt32.random(in: 0..<UInt32.max))"
            try await store.database.script("SELECT pg_create_physical_replication_slot('\(slot)', true)")
            let complaint = try await store.complaints().first { $0.kind == .replicationSlot && $0.subject == slot }
            try await store.database.script("SELECT pg_drop_replication_slot('\(slot)')")
            #expect(complaint?.remedy.contains("pg_drop_replication_slot('\(slot)')") == true)
        }
    }

    @Test func `an index that is gone is named with the command that makes it again`() async throws {
        try await withStore { store in
            try await store.database.script("DROP INDEX muster.ready_claim")
            let complaint = try #require(try await store.complaints().first { $0.kind == .missingIndex })
            #expect(complaint.subject == "ready_claim")
            #expect(complaint.severity == .error)
            #expect(complaint.remedy.contains("CREATE INDEX ready_claim ON muster.ready"))
        }
    }

    @Test func `an invalid index is named`() async throws {
        try await withStore { store in
            for _ in 0..<2 {
                try await store.scheduler.record(AuditEntry(who: "a", origin: "local", verb: "same", subject: "x"))
            }
            await #expect(throws: PostgresError.self) {
                try await store.database.script("CREATE UNIQUE INDEX CONCURRENTLY spoiled ON muster.audit (verb)")
            }
            let complaint = try #require(try await store.complaints().first { $0.kind == .invalidIndex })
            #expect(complaint.subject == "spoiled")
            #expect(complaint.remedy.contains("REINDEX"))
        }
    }

    @Test func `missing partitions are noticed`() async throws {
        try await withStore { store in
            try await store.moveClock("+ interval '60 days'")
            let complaint = try await store.complaints().first { $0.kind == .partitionMissing }
            #expect(complaint != nil)
            try await store.scheduler.sweep()
            let after = try await store.complaints()
            #expect(!after.contains { $0.kind == .partitionMissing || $0.kind == .partitionOverdue })
        }
    }

    @Test func `dead rows are vacuumed, unless a snapshot makes that useless`() async throws {
        try await withStore { store in
            try await store.database.script(
                """
                INSERT INTO muster.ready (id, run_at, action, priority) SELECT n, now(), 1, 5 FROM generate_series(1, 30000) n;
                SELECT pg_stat_force_next_flush();
                """)
            try await store.client.withConnection { reader in
                try await reader.script("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM muster.ready LIMIT 1")
                try await store.database.script("DELETE FROM muster.ready")
                try await eventually {
                    try await store.database.script("SELECT pg_stat_force_next_flush()")
                    return try await store.client.execute(FindDeadRows(atLeast: 20_000)).first?.table == "ready"
                }
                // Under the older snapshot a vacuum removes nothing; a second would not either.
                try await store.database.script("VACUUM muster.ready")
                let useless = try await store.client.execute(FindDeadRows(atLeast: 20_000))
                #expect(useless.isEmpty)
                try await reader.script("ROLLBACK")
            }
            try await eventually { try await store.client.execute(FindDeadRows(atLeast: 20_000)).first?.table == "ready" }
            try await store.scheduler.vacuumHotTables()
            try await eventually { try await store.client.execute(FindDeadRows(atLeast: 20_000)).isEmpty }
        }
    }
}

extension StoreUnderTest {
    fileprivate func complaints() async throws -> [Complaint] { try await scheduler.diagnose(poolSize: 5).complaints }
}
