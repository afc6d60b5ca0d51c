import Foundation
import Logging
import Migrations
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

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
            try await database.script("DELETE FROM muster.schema_change WHERE version = \(Migrations.current)")
            let older = await #expect(throws: SchedulerError.self) { try await migrator.verify() }
            #expect(older?.message.contains("muster migrate") == true)
        }
    }

    @Test func `a process starts on a newer schema that says it works there, and refuses one that needs a later build`() async throws {
        try await withMusterDatabase { database in
            let migrator = Migrator(client: database.client)
            let (next, mine) = (Migrations.current + 1, Migrations.current)
            let insert = "INSERT INTO muster.schema_change (version, name, oldest_schema, oldest_release) VALUES"
            try await database.script("\(insert) (\(next), 'later', \(mine), '0.3.0')")
            try await migrator.verify()
            #expect(try await migrator.migrate().isEmpty)
            try await database.script("\(insert) (\(next + 1), 'last', \(next), '9.8.0')")
            let newer = await #expect(throws: SchedulerError.self) { try await migrator.verify() }
            #expect(newer?.code == .schemaVersion)
            #expect(newer?.message.contains("newer") == true && newer?.message.contains("Muster 9.8.0 or later") == true)
            let migrating = await #expect(throws: SchedulerError.self) { try await migrator.migrate() }
            #expect(migrating?.code == .schemaVersion)
        }
    }

    @Test func `Muster 0.2.0, which wants to find exactly its own version, finds it`() async throws {
        try await withMusterDatabase { database in
            // As it asks; see its Migrator.verify.
            let version = try await database.client.execute(FindSchemaVersion())
            #expect(version == [Release.muster02.schema])
            #expect(Migrations.all.allSatisfy { $0.oldest == .muster02 })
        }
    }

    @Test func `what a migration before this one wrote is read`() async throws {
        try await withTestDatabase { database in
            try await database.client.transaction { connection in
                try await connection.script(SchemaScripts.lockAndPrepare)
                for migration in Migrations.all where migration.version <= 9 { try await SchemaScripts.apply(migration, on: connection) }
                try await connection.script("DROP TABLE muster.schema_change")
            }
            let migrator = Migrator(client: database.client)
            let older = await #expect(throws: SchedulerError.self) { try await migrator.verify() }
            #expect(older?.message.contains("at version 9") == true)
            #expect(try await migrator.migrate() == Migrations.all.filter { $0.version > 9 })
            try await migrator.verify()
        }
    }

    @Test func `a migration beside live processes waits for them, and they not for it`() async throws {
        try await withTestDatabase { database in
            try await database.client.transaction { connection in
                try await connection.script(SchemaScripts.lockAndPrepare)
                for migration in Migrations.all where migration.version <= 10 { try await SchemaScripts.apply(migration, on: connection) }
            }
            let migrating = try await database.client.transaction { live in
                // As a process parks and lets go: first what is deferred, then what is parked.
                try await live.script("DELETE FROM muster.deferred")
                let migrating = Task { try await Migrator(client: database.client).migrate().map(\.version) }
                try await eventually("the migration waits") { try await database.client.execute(CountWaiting()).first == 1 }
                try await live.script("DELETE FROM muster.parked")
                return migrating
            }
            #expect(try await migrating.value == [11, 12])
        }
    }

    @Test func `a database that cannot hold every text is refused with what to do`() async throws {
        try await withTestDatabase { database in
            let latin = "\(database.name)_latin"
            try await database.script("CREATE DATABASE \"\(latin)\" ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
            let client = PostgresClient(
                PostgresConfiguration(conninfo: database.conninfo + " dbname=\(latin)"), logger: Logger(label: "latin"))
            let error = await #expect(throws: SchedulerError.self) { try await Migrator(client: client).migrate() }
            #expect(error?.message.contains("LATIN1") == true && error?.message.contains("ENCODING 'UTF8'") == true)
            await client.shutdown()
            try await database.script("DROP DATABASE \"\(latin)\"")
        }
    }

    @Test func `a prepared statement that is there already names the setting for poolers`() async throws {
        try await withTestDatabase { database in
            let error = await #expect(throws: SchedulerError.self) {
                try await StoreFailure.wrapping("looking") {
                    try await database.client.withConnection { connection in
                        try await connection.script("PREPARE twice AS SELECT 1")
                        try await connection.script("PREPARE twice AS SELECT 1")
                    }
                }
            }
            #expect(error?.code == .configuration && error?.message.contains("database.pooler: transaction") == true)
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
