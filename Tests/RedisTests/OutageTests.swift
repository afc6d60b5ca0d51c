import Redis
import SchedulerTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct OutageTests {
    @Test func `while the server is away publishing fails at once, and both directions come back by themselves`() async throws {
        try await TestRedis.with { server in
            // Whoever waited for a server would wait for so long.
            let patient: (inout RedisConfiguration) -> Void = { ($0.commandTimeout, $0.connectTimeout) = (.seconds(30), .seconds(30)) }
            try await withClient(path: server.path, change: patient) { client in
                var events = client.subscribe(["outage"]).makeAsyncIterator()
                #expect(await events.next() == .reconnected)
                try await client.publish(channel: "outage", payloads: ["before".bytes])
                #expect(await events.next() == .message(channel: "outage", payload: "before".bytes))

                await server.stop()
                try await eventually("the client has noticed") { try await publishing(client)?.message.contains("is away") == true }
                let clock = ContinuousClock()
                var refused: RedisError?
                let taken = try await clock.measure { refused = try await publishing(client) }
                #expect(refused?.code == .connectFailed)
                #expect(taken < .seconds(10))

                try await server.start()
                #expect(await events.next() == .reconnected)
                try await eventually("publishing works again") { try await publishing(client) == nil }
                #expect(await events.next() == .message(channel: "outage", payload: "x".bytes))
            }
        }
    }

    @Test func `a server that is not there at first is found when it comes`() async throws {
        try await TestRedis.with { server in
            await server.stop()
            try await withClient(path: server.path) { client in
                let absent = try await publishing(client)
                #expect(absent?.code == .connectFailed)
                try await server.start()
                try await eventually("publishing works") { try await publishing(client) == nil }
            }
        }
    }

    @Test func `a server that stops answering is noticed on both connections`() async throws {
        try await TestRedis.with { server in
            let quick: (inout RedisConfiguration) -> Void = {
                $0.commandTimeout = .seconds(2)
                $0.connectTimeout = .seconds(2)
                $0.pingInterval = .milliseconds(300)
            }
            let log = LogLines()
            try await withClient(path: server.path, log: log, change: quick) { client in
                var events = client.subscribe(["outage"]).makeAsyncIterator()
                #expect(await events.next() == .reconnected)
                let error = try await publishing(client)
                #expect(error == nil)
                #expect(await events.next() == .message(channel: "outage", payload: "x".bytes))

                await server.pause()
                let clock = ContinuousClock()
                var silent: RedisError?
                let taken = try await clock.measure { silent = try await publishing(client) }
                #expect(silent?.code == .connectionLost)
                #expect(silent?.message.contains("did not answer in time") == true)
                #expect(taken < .seconds(20))
                try await eventually("the client has noticed") { try await publishing(client)?.message.contains("is away") == true }

                try await eventually("the subscription has noticed") { log.contain("the subscription was interrupted") }

                await server.resume()
                // What was sent before the pause was noticed may still arrive on the old connection; then the new one reports itself.
                var next = await events.next()
                while let event = next, event != .reconnected { next = await events.next() }
                #expect(next == .reconnected)
                try await eventually("publishing works again") { try await publishing(client) == nil }
            }
        }
    }

    @Test func `a connection whose server has gone says so`() async throws {
        try await TestRedis.with { server in
            let connection = try await RedisConnection.connect(RedisConfiguration(path: server.path))
            await server.stop()
            let lost = try await redisError { _ = try await connection.command(["INCR".bytes, "n".bytes]) }
            #expect(lost?.code == .connectionLost)
            #expect(connection.isUsable == false)
        }
    }

    /// The error of publishing one message; nil when it was published.
    private func publishing(_ client: RedisClient) async throws -> RedisError? {
        try await redisError { try await client.publish(channel: "outage", payloads: ["x".bytes]) }
    }
}
