import Redis
import SchedulerTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PublishTests {
    @Test func `what is published is received in order`() async throws {
        try await withClient { client in
            var events = client.subscribe(["in-order"]).makeAsyncIterator()
            #expect(await events.next() == .reconnected)
            let payloads = (0..<500).map { "\($0)".bytes }
            let reached = try await client.publish(channel: "in-order", payloads: payloads)
            #expect(reached == 500)
            let received = await first(500, of: &events)
            #expect(received == payloads.map { .message(channel: "in-order", payload: $0) })
        }
    }

    @Test func `payloads of any bytes arrive unchanged`() async throws {
        try await withClient { client in
            var events = client.subscribe(["bytes", "others"]).makeAsyncIterator()
            #expect(await events.next() == .reconnected)
            let payloads: [[UInt8]] = [Array(0...255), [], "\r\n$3\r\n\0".bytes, [UInt8](repeating: 0xFF, count: 300_000)]
            try await client.publish(channel: "bytes", payloads: payloads)
            #expect(await first(4, of: &events) == payloads.map { .message(channel: "bytes", payload: $0) })
            try await client.publish(channel: "others", payloads: ["x".bytes])
            #expect(await events.next() == .message(channel: "others", payload: "x".bytes))
        }
    }

    @Test func `many publishers at once share one connection and each keeps its order`() async throws {
        try await withClient { client in
            var events = client.subscribe(["many"]).makeAsyncIterator()
            #expect(await events.next() == .reconnected)
            try await withThrowingTaskGroup { group in
                for publisher in 0..<20 {
                    group.addTask {
                        for message in 0..<20 { try await client.publish(channel: "many", payloads: ["\(publisher):\(message)".bytes]) }
                    }
                }
                try await group.waitForAll()
            }
            var received: [String: [String]] = [:]
            for event in await first(400, of: &events) {
                guard case .message(_, let payload) = event else { continue }
                let parts = String(decoding: payload, as: UTF8.self).split(separator: ":").map(String.init)
                received[parts[0], default: []].append(parts[1])
            }
            #expect(received.count == 20)
            #expect(received.values.allSatisfy { $0 == (0..<20).map(String.init) })
        }
    }

    @Test func `more than may wait is refused and nothing of it is sent`() async throws {
        // I9
        try await withClient { client in
            let payload = [UInt8](repeating: 1, count: RedisClient.waitingLimit)
            let refused = try await redisError { try await client.publish(channel: "large", payloads: [payload]) }
            #expect(refused?.code == .busy)
            let reached = try await client.publish(channel: "large", payloads: ["small".bytes])
            #expect(reached == 0)
        }
    }

    @Test func `a client that was shut down refuses work and ends its subscriptions`() async throws {
        try await TestRedis.with { server in
            try await withClient(path: server.path) { client in
                var events = client.subscribe(["ended"]).makeAsyncIterator()
                #expect(await events.next() == .reconnected)
                try await client.publish(channel: "other", payloads: ["x".bytes])
                await client.shutdown()
                #expect(await events.next() == nil)
                let refused = try await redisError { try await client.publish(channel: "ended", payloads: ["x".bytes]) }
                #expect(refused?.code == .clientClosed)
                var late = client.subscribe(["ended"]).makeAsyncIterator()
                #expect(await late.next() == nil)
            }
            try await expectNoClients(of: server)
        }
    }

    @Test func `a dropped subscription closes its connection`() async throws {
        try await TestRedis.with { server in
            try await withClient(path: server.path) { client in
                let reader = Task {
                    for await _ in client.subscribe(["dropped"]) { return }
                }
                await reader.value
                try await expectNoClients(of: server)
            }
        }
    }

    /// Waits until the asking connection is the only one.
    private func expectNoClients(of server: TestRedis) async throws {
        let connection = try await RedisConnection.connect(RedisConfiguration(path: server.path))
        try await eventually("all other connections closed") {
            guard case .string(let list) = try await connection.command(["CLIENT".bytes, "LIST".bytes]) else { return false }
            return list.count { $0 == UInt8(ascii: "\n") } == 1
        }
        await connection.close()
    }
}
