import Logging
import SchedulerTesting
import Testing

@testable import Postgres

/// Several pools and a server that has too few connections for all of them.
@Suite(.timeLimit(.minutes(2)))
struct PoolOrderTests {
    private static let quiet = Logger(label: "order") { _ in SwiftLogNoOpLogHandler() }

    /// Lends a role that may have so many connections, and pools of it in their order.
    private func withPools(_ limit: Int, sizes: [Int], _ body: ([PostgresClient]) async throws -> Void) async throws {
        try await withTestDatabase { database in
            let role = "limited_\(UInt32.random(in: 0..<UInt32.max))"
            try await database.client.withConnection { try await $0.script("CREATE ROLE \(role) LOGIN CONNECTION LIMIT \(limit)") }
            let clients = sizes.map { size in
                var configuration = PostgresConfiguration(conninfo: database.conninfo + " user=\(role)")
                configuration.poolSize = size
                configuration.poolWaitTimeout = .seconds(20)
                configuration.poolIdleTime = nil
                return PostgresClient(configuration, logger: Self.quiet)
            }
            _ = PoolOrder(clients)
            do {
                try await body(clients)
            } catch {
                for client in clients { await client.shutdown() }
                throw error
            }
            for client in clients { await client.shutdown() }
            try await database.client.withConnection { try await $0.script("DROP ROLE \(role)") }
        }
    }

    @Test func `what others do not use is given back to who has no connection`() async throws {
        try await withPools(2, sizes: [1, 2]) { clients in
            // Two at once, so that the pool behind has taken all there are.
            try await clients[1].withConnection { _ in _ = try await clients[1].execute(BackendID()) }
            #expect(try await clients[0].execute(BackendID()).count == 1)
            // And the other way round: one is left, which both can have in turn.
            #expect(try await clients[1].execute(BackendID()).count == 1)
        }
    }

    @Test func `a pool further back that is never idle gives one up all the same`() async throws {
        try await withPools(2, sizes: [1, 2]) { clients in
            let busy = (0..<6).map { _ in
                Task { while !Task.isCancelled { _ = try? await clients[1].execute(Nap(seconds: 0.02)) } }
            }
            try await eventually("it has both") { clients[1].state.withLock { $0.plan.lentCount } == 2 }
            #expect(try await clients[0].execute(BackendID()).count == 1)
            for task in busy { task.cancel() }
            for task in busy { await task.value }
        }
    }

    @Test func `a busy pool of one process leaves connections for another process`() async throws {
        try await withPools(3, sizes: [5]) { mine in
            func load(_ count: Int) -> [Task<Void, Never>] {
                (0..<count).map { _ in Task { while !Task.isCancelled { _ = try? await mine[0].execute(Nap(seconds: 0.02)) } } }
            }
            var busy = load(3)
            try await eventually("it has all there are") { mine[0].state.withLock { $0.plan.lentCount } == 3 }
            busy += load(5)
            // Another process has another order, which nothing of this one reaches.
            let others = PostgresClient(mine[0].configuration, logger: Self.quiet)
            _ = PoolOrder([others])
            let took = await ContinuousClock().measure { #expect((try? await others.execute(BackendID()))?.count == 1) }
            #expect(took < .seconds(8))
            await others.shutdown()
            for task in busy { task.cancel() }
            for task in busy { await task.value }
        }
    }

    @Test func `who listens gives way`() async throws {
        try await withPools(1, sizes: [1, 1]) { (clients: [PostgresClient]) async throws in
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let listening = Task { await clients[1].listen(["x"]) { _ in start.finish() } }
            for await _ in started {}
            #expect(try await clients[0].execute(BackendID()).count == 1)
            listening.cancel()
            await listening.value
        }
    }

    @Test func `connections that nobody uses are closed after a while`() async throws {
        try await withTestDatabase { database in
            var configuration = PostgresConfiguration(conninfo: database.conninfo)
            configuration.poolIdleTime = .milliseconds(200)
            let client = PostgresClient(configuration, logger: Self.quiet)
            try await client.withConnection { _ in _ = try await client.execute(BackendID()) }
            try await eventually("all are closed") { client.state.withLock { $0.plan.idleCount } == 0 }
            #expect(try await client.execute(BackendID()).count == 1)
            await client.shutdown()
        }
    }
}
