import Logging
import Postgres
import SchedulerTesting
import Synchronization
import Testing

struct PoolTests {
    private func client(_ database: TestDatabase, size: Int, wait: Duration = .seconds(20)) -> PostgresClient {
        var configuration = PostgresConfiguration(conninfo: database.conninfo)
        configuration.poolSize = size
        configuration.poolWaitTimeout = wait
        return PostgresClient(configuration, logger: Logger(label: "pool"))
    }

    @Test func `no more connections are opened than allowed`() async throws {
        try await withTestDatabase { database in
            let client = client(database, size: 2)
            let backends = try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 0..<40 { group.addTask { try await client.execute(BackendID())[0] } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect((1...2).contains(backends.count))
            await client.shutdown()
        }
    }

    @Test func `a caller does not wait for ever`() async throws {
        try await withTestDatabase { database in
            let client = client(database, size: 1, wait: .milliseconds(50))
            // On a busy machine connecting takes longer than this client waits.
            try await eventually("a connection") {
                do {
                    return try await client.execute(BackendID()).count == 1
                } catch let error as PostgresError where error.code == .timeout {
                    return false
                }
            }
            try await client.withConnection { _ in
                let error = await #expect(throws: PostgresError.self) { try await client.execute(BackendID()) }
                #expect(error?.code == .timeout)
                #expect(error?.message.contains("pool_size") == true)
            }
            // Giving the connection back may take longer than this client waits for one.
            try await eventually("the connection is lent again") {
                do {
                    return try await client.execute(BackendID()).count == 1
                } catch let error as PostgresError where error.code == .timeout {
                    return false
                }
            }
            await client.shutdown()
        }
    }

    @Test func `a cancelled caller leaves the queue`() async throws {
        try await withTestDatabase { database in
            let client = client(database, size: 1)
            try await client.withConnection { _ in
                let waiting = Task { try await client.execute(BackendID()) }
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
            }
            #expect(try await client.execute(BackendID()).count == 1)
            await client.shutdown()
        }
    }

    @Test func `a connection that broke is replaced`() async throws {
        try await withTestDatabase { database in
            let client = client(database, size: 1)
            let first = try #require(try await client.execute(BackendID()).first)
            #expect(try await database.client.execute(TerminateBackend(id: first)) == [true])
            // At worst one statement finds out; it was not run.
            try await eventually("a new connection") {
                do {
                    return try await client.execute(BackendID()).first != first
                } catch let error as PostgresError where error.isConnectionProblem {
                    return false
                }
            }
            await client.shutdown()
        }
    }

    @Test func `a connection that comes back with a transaction open is not lent again`() async throws {
        try await withTestDatabase(template: titles) { database in
            let client = client(database, size: 1)
            try await client.withConnection { connection in
                try await connection.script("BEGIN; INSERT INTO titles VALUES (1, 'lost')")
            }
            #expect(try await client.execute(TitleIDs()) == [])
            await client.shutdown()
        }
    }

    @Test func `shutdown refuses new work and waits for what is lent`() async throws {
        try await withTestDatabase { database in
            let client = client(database, size: 2)
            let (lent, lend) = AsyncStream.makeStream(of: Void.self)
            let (released, release) = AsyncStream.makeStream(of: Void.self)
            let isFinished = Flag(false)
            async let borrower: Void = client.withConnection { connection in
                lend.finish()
                for await _ in released {}
                _ = try await connection.execute(BackendID())
                isFinished.set(true)
            }
            for await _ in lent {}
            async let shutdown: Void = client.shutdown()
            try await eventually("the refusal") {
                do {
                    _ = try await client.execute(BackendID())
                    return false
                } catch let error as PostgresError {
                    return error.code == .poolClosed
                }
            }
            release.finish()
            await shutdown
            #expect(isFinished.get())
            try await borrower
        }
    }
}

/// A flag that two tasks share.
private final class Flag: Sendable {
    private let value: Mutex<Bool>
    init(_ value: Bool) { self.value = Mutex(value) }
    func set(_ new: Bool) { value.withLock { $0 = new } }
    func get() -> Bool { value.withLock { $0 } }
}
