import Glibc
import Logging
import SchedulerTesting
import Testing

@testable import Postgres

struct CancellationTests {
    @Test func `cancelling the task stops the statement on the server and spares the connection`() async throws {
        try await withTestDatabase { database in
            let connection = try await PostgresConnection.connect(PostgresConfiguration(conninfo: database.conninfo))
            for _ in 0..<5 {
                let sleeper = Task { try await connection.execute(Nap(seconds: 60)) }
                try await eventually("the nap") { try await database.client.execute(Running(prefix: "SELECT pg_sleep")) == [1] }
                let start = ContinuousClock.now
                sleeper.cancel()
                await #expect(throws: CancellationError.self) { try await sleeper.value }
                #expect(ContinuousClock.now - start < .seconds(15))
                // The cancel request must not hit the next statement.
                #expect(try await connection.execute(BackendID()).count == 1)
            }
            #expect(await connection.isUsable)
            await connection.close()
        }
    }

    @Test func `a cancel that comes before the statement has reached the server still stops it`() async throws {
        try await withTestDatabase { database in
            try await database.client.withConnection { connection in
                for _ in 0..<50 {
                    let sleeper = Task { try await connection.execute(Nap(seconds: 60)) }
                    sleeper.cancel()
                    await #expect(throws: CancellationError.self) { try await sleeper.value }
                }
                let rows = try await connection.execute(BackendID()).count
                #expect(rows == 1)
            }
        }
    }

    @Test func `cancelling inside a transaction rolls it back`() async throws {
        try await withTestDatabase(template: titles) { database in
            let work = Task {
                try await database.client.transaction { connection in
                    _ = try connection.run(InsertTitle(id: 1))
                    _ = try connection.run(Nap(seconds: 60))
                }
            }
            try await eventually("the nap") { try await database.client.execute(Running(prefix: "SELECT pg_sleep")) == [1] }
            work.cancel()
            await #expect(throws: CancellationError.self) { try await work.value }
            #expect(try await database.client.execute(TitleIDs()) == [])
        }
    }

    @Test func `a statement that runs too long is a timeout, and somebody else's cancel is not`() async throws {
        try await withTestDatabase { database in
            var configuration = PostgresConfiguration(conninfo: database.conninfo)
            configuration.statementTimeout = .milliseconds(50)
            let hasty = try await PostgresConnection.connect(configuration)
            let timeout = await #expect(throws: PostgresError.self) { try await hasty.execute(Nap(seconds: 60)) }
            #expect(timeout?.code == .timeout)
            #expect(timeout?.statement == "nap")
            #expect(await hasty.isUsable)
            await hasty.close()

            let patient = try await PostgresConnection.connect(PostgresConfiguration(conninfo: database.conninfo))
            let backend = try #require(try await patient.execute(BackendID()).first)
            let nap = Task { try await patient.execute(Nap(seconds: 60)).count }
            try await eventually("the nap") { try await database.client.execute(Running(prefix: "SELECT pg_sleep")) == [1] }
            _ = try await database.client.execute(CancelBackend(id: backend))
            let cancelled = await #expect(throws: PostgresError.self) { try await nap.value }
            #expect(cancelled?.code == .cancelled)
            await patient.close()
        }
    }

    @Test func `a server whose clock runs a little faster cuts a statement by its limit all the same`() async throws {
        try await withTestDatabase { database in
            var configuration = PostgresConfiguration(conninfo: database.conninfo)
            configuration.statementTimeout = .seconds(3)
            let connection = try await PostgresConnection.connect(configuration)
            try await connection.script("SET statement_timeout = 2950")
            let timeout = await #expect(throws: PostgresError.self) { try await connection.execute(Nap(seconds: 60)) }
            #expect(timeout?.code == .timeout)
            await connection.close()
        }
    }

    @Test func `a server that falls silent is given up`() async throws {
        try await withTestDatabase { database in
            var configuration = PostgresConfiguration(conninfo: database.conninfo)
            configuration.statementTimeout = .seconds(2)
            configuration.patienceWithSilence = .milliseconds(200)
            let connection = try await PostgresConnection.connect(configuration)
            let backend = try #require(try await connection.execute(BackendID()).first)
            kill(backend, SIGSTOP)
            defer { kill(backend, SIGCONT) }
            let error = await #expect(throws: PostgresError.self) { try await connection.execute(BackendID()) }
            #expect(error?.code == .connectionLost)
            #expect(await connection.isUsable == false)
            await connection.close()
        }
    }

    @Test func `a cancelled caller does not wait for a server that falls silent`() async throws {  // I9
        try await withTestDatabase { database in
            let connection = try await PostgresConnection.connect(PostgresConfiguration(conninfo: database.conninfo))
            let backend = try #require(try await connection.execute(BackendID()).first)
            let nap = Task { try await connection.execute(Nap(seconds: 60)) }
            try await eventually("the nap") { try await database.client.execute(Running(prefix: "SELECT pg_sleep")) == [1] }
            kill(backend, SIGSTOP)
            defer { kill(backend, SIGCONT) }
            nap.cancel()
            let took = await ContinuousClock().measure { _ = await #expect(throws: PostgresError.self) { try await nap.value } }
            // The statement itself might take thirty seconds.
            #expect(took < .seconds(20))
            #expect(await connection.isUsable == false)
        }
    }

    @Test func `connections that are busy do not hold up anybody else`() async throws {
        try await withTestDatabase { database in
            var configuration = PostgresConfiguration(conninfo: database.conninfo)
            configuration.poolSize = 20
            configuration.poolWaitTimeout = .seconds(30)
            let client = PostgresClient(configuration, logger: Logger(label: "busy"))
            let took = try await ContinuousClock().measure {
                try await withThrowingTaskGroup { group in
                    for _ in 0..<20 {
                        group.addTask { _ = try await client.execute(Nap(seconds: 1)) }
                    }
                    try await group.waitForAll()
                }
            }
            // One after another they would take twenty seconds, two at a time ten.
            #expect(took < .seconds(9))
            await client.shutdown()
        }
    }
}

private struct CancelBackend: Statement {
    static let name = "cancel_backend"
    static let sql = "SELECT pg_cancel_backend($1::integer)"
    let id: Int32

    func bind(_ binds: inout Binds) { binds.add(id) }
}
