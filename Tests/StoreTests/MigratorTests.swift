import Foundation
import Migrations
import Postgres
import Scheduler
import SchedulerTesting
import Testing

@Suite(.timeLimit(.minutes(2)))
struct MigratorTests {
    @Test func `migrating twice does the work once`() async throws {
        try await withTestDatabase { database in
            let migrator = Migrator(client: database.client)
            let pending = try await migrator.pending()
            #expect(pending == Migrations.all)
            let first = try await migrator.migrate()
            #expect(first == Migrations.all)
            let second = try await migrator.migrate()
            #expect(second.isEmpty)
            try await migrator.verify()
        }
    }

    @Test func `two migrators at once do the work once`() async throws {
        try await withTestDatabase { database in
            let migrator = Migrator(client: database.client)
            async let one = migrator.migrate().count
            async let two = migrator.migrate().count
            let counts = try await [one, two]
            #expect(counts.sorted() == [0, Migrations.all.count])
        }
    }

    @Test func `a process refuses an older schema and names the command`() async throws {
        try await withTestDatabase { database in
            let migrator = Migrator(client: database.client)
            let missing = await #expect(throws: SchedulerError.self) { try await migrator.verify() }
            #expect(missing?.code == .schemaVersion)
            #expect(missing?.message.contains("muster migrate") == true)
            _ = try await migrator.migrate()
            try await database.script("DELETE FROM muster.schema_version WHERE version = \(Migrations.current)")
            let older = await #expect(throws: SchedulerError.self) { try await migrator.verify() }
            #expect(older?.message.contains("muster migrate") == true)
        }
    }

    @Test func `a process refuses a newer schema`() async throws {
        try await withMusterDatabase { database in
            try await database.script("INSERT INTO muster.schema_version (version, name) VALUES (\(Migrations.current + 1), 'later')")
            let newer = await #expect(throws: SchedulerError.self) { try await Migrator(client: database.client).verify() }
            #expect(newer?.code == .schemaVersion)
            #expect(newer?.message.contains("newer") == true)
        }
    }

    @Test(arguments: [
        "done (id, finished_at, action, attempt, failures, crashes, interruptions, status) VALUES (1, now(), 1, 0, 0, 0, 0, 'failed')",
        "done (id, finished_at, action, attempt, failures, crashes, interruptions, status) VALUES (1, now(), 1, 0, 0, 0, 0, 'complete')",
        "ready (id, run_at, action, priority) VALUES (1, now(), 1, 10)",
        "parked (id, run_at, parked_at, action, priority, reason) VALUES (1, now(), now(), 1, 5, 'whim')",
        "process (incarnation, instance, host, place, pid, version, config_digest, state, started_at, beat_at) "
            + "VALUES (gen_random_uuid(), 'a', 'h', 'p', 1, 'v', 'd', 'dead', now(), now())",
    ])
    func `impossible rows are refused by the tables`(row: String) async throws {
        try await withMusterDatabase { database in
            let error = await #expect(throws: PostgresError.self) { try await database.script("INSERT INTO muster.\(row)") }
            #expect(error?.sqlState == "23514")
        }
    }
}

extension TestDatabase {
    func script(_ sql: String) async throws { try await client.withConnection { try await $0.script(sql) } }
}
