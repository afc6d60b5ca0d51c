import FoundationEssentials
import Logging
import Postgres
import PrivatePostgres
import SchedulerTesting
import Testing

struct RestartTests {
    @Test func `a client outlives a restart of the server`() async throws {
        try await withTemporaryFolder { folder in
            let first = try await PrivatePostgres.start(directory: folder)
            var configuration = PostgresConfiguration(conninfo: first.conninfo)
            configuration.poolWaitTimeout = .seconds(30)
            let client = PostgresClient(configuration, logger: Logger(label: "restart"))
            let events = client.listen(["tasks"])
            #expect(await events.next() == .reconnected)
            let before = try await client.execute(BackendID())

            let interrupted = Task { try await client.execute(Nap(seconds: 60)).count }
            try await eventually("the nap") { try await client.execute(Running(prefix: "SELECT pg_sleep")) == [1] }
            await first.stop()
            let error = await #expect(throws: PostgresError.self) { try await interrupted.value }
            #expect(error?.code == .connectionLost)
            #expect(error?.isConnectionProblem == true)

            // Asked while nobody answers: it waits and gets its answer.
            let patient = Task { try await client.execute(BackendID()) }
            let second = try await PrivatePostgres.start(directory: folder)
            #expect(try await patient.value != before)
            #expect(await events.next() == .reconnected)
            await client.shutdown()
            await second.stop()
        }
    }

    @Test func `a second server in the same folder is refused with PostgreSQL's own words`() async throws {
        try await withTemporaryFolder { folder in
            try await PrivatePostgres.withServer(directory: folder) { _ in
                let error = await #expect(throws: PrivatePostgresError.self) { try await PrivatePostgres.start(directory: folder) }
                #expect(error?.description.contains("postmaster.pid") == true)
            }
        }
    }

    @Test func `temporary data goes with its server`() async throws {
        let socketFolder = try await PrivatePostgres.withServer { server in
            try #require(server.conninfo.split(separator: "'").dropFirst().first.map(String.init))
        }
        #expect(!FileManager.default.fileExists(atPath: socketFolder))
    }

    private func withTemporaryFolder(_ body: (String) async throws -> Void) async throws {
        let folder = "/tmp/muster-test-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }
}
