import Foundation
import Logging
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// What role and database are set to does not reach what the store's promises rest on.
@Suite(.timeLimit(.minutes(2)))
struct SessionSettingsTests {
    /// As an operator, or a stranger with access to a role, could leave a database behind.
    private static func spoil(_ database: TestDatabase, commits: String = "off") async throws {
        let settings = [
            "default_transaction_isolation = 'serializable'", "synchronous_commit = '\(commits)'", "search_path = public, pg_catalog",
            "lock_timeout = '1ms'", "row_security = on", "standard_conforming_strings = off",
        ]
        try await database.script(settings.map { "ALTER DATABASE \"\(database.name)\" SET \($0);" }.joined(separator: "\n"))
        try await database.script(
            """
            CREATE FUNCTION public.set_config(text, text, boolean) RETURNS text LANGUAGE plpgsql AS
                'BEGIN RAISE EXCEPTION ''captured''; END';
            CREATE FUNCTION public.texteq(text, text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''captured''; END';
            CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.texteq);
            """)
    }

    private static func with<R: Sendable>(
        _ database: TestDatabase, _ pooler: PostgresConfiguration.Pooler, _ body: (PostgresClient) async throws -> R
    ) async throws -> R {
        var configuration = PostgresConfiguration(conninfo: database.conninfo).forMuster
        configuration.pooler = pooler
        configuration.poolSize = 2
        let client = PostgresClient(configuration, logger: Logger(label: "owned") { _ in SwiftLogNoOpLogHandler() })
        do {
            let value = try await body(client)
            await client.shutdown()
            return value
        } catch {
            await client.shutdown()
            throw error
        }
    }

    @Test(arguments: PostgresConfiguration.Pooler.allCases)
    func `Muster's own statements and transactions run under its own settings`(pooler: PostgresConfiguration.Pooler) async throws {  // I1
        try await withTestDatabase { database in
            try await Self.spoil(database)
            try await Self.with(database, pooler) { client in
                let right = "read committed, on, pg_catalog, pg_temp, 0, off, on"
                let alone = try await client.execute(SettingsInForce())
                #expect(alone == [right])
                let together = try await client.executeAll([SettingsInForce(), SettingsInForce()])
                #expect(together == [[right], [right]])
                let inside = try await client.transaction { try $0.run(SettingsInForce()) }
                #expect(inside == [right])
                // A statement that fails leaves nothing open.
                await #expect(throws: PostgresError.self) { try await client.execute(DivideByZero()) }
                let after = try await client.execute(SettingsInForce())
                #expect(after == [right])
            }
        }
    }

    @Test(arguments: PostgresConfiguration.Pooler.allCases)
    func `what an operator chose for replication stays`(pooler: PostgresConfiguration.Pooler) async throws {
        try await withTestDatabase { database in
            try await Self.spoil(database, commits: "local")
            let inForce = try await Self.with(database, pooler) { try await $0.execute(SettingsInForce()) }
            #expect(inForce == ["read committed, local, pg_catalog, pg_temp, 0, off, on"])
        }
    }

    @Test func `tasks run, and cost no attempt, where role and database are set against it`() async throws {  // I1, I5
        try await withMusterDatabase { database in
            try await Self.spoil(database)
            try await Self.with(database, .none) { client in
                let scheduler = TaskScheduler(
                    client: client, catalogue: try Catalogue(Probes.actions), topology: Topology(), settings: .quick,
                    events: EventRecorder())
                try await database.withWorker(scheduler) { _ in
                    let requests = try (0..<200).map { try TaskRequest(Probe.self, ProbeParams(name: "\($0)")) }
                    let submitted = try await withThrowingTaskGroup(of: SubmittedTask.self) { group in
                        for request in requests { group.addTask { try await scheduler.submit(request) } }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    for task in submitted {
                        let record = try await scheduler.wait(for: task.id, status: .complete)
                        #expect(record.attempt == 1)
                    }
                }
            }
        }
    }

    @Test func `a submission in the caller's transaction leaves it as durable as it was`() async throws {  // I1
        try await withStore { store in
            let request = try TaskRequest(Probe.self, ProbeParams())
            let inForce = try await store.client.transaction { connection in
                _ = try await store.scheduler.submit(request, on: connection)
                return try connection.run(SettingsInForce())
            }
            #expect(inForce.first?.hasPrefix("read committed, on, ") == true)
        }
    }
}

private struct SettingsInForce: Statement {
    static let name = "settings_in_force"
    static let sql = """
        SELECT pg_catalog.concat_ws(', ', pg_catalog.current_setting('transaction_isolation'),
            pg_catalog.current_setting('synchronous_commit'), pg_catalog.current_setting('search_path'),
            pg_catalog.current_setting('lock_timeout'), pg_catalog.current_setting('row_security'),
            pg_catalog.current_setting('standard_conforming_strings'))
        """

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

private struct DivideByZero: Statement {
    static let name = "divide_by_zero"
    static let sql = "SELECT 1 / 0"
}
