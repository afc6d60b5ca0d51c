import Logging
import Redis
import SchedulerTesting

let testLogger = Logger(label: "redis-tests") { _ in SwiftLogNoOpLogHandler() }

extension String {
    /// The form in which it travels.
    var bytes: [UInt8] { Array(utf8) }
}

/// The first events of a subscription; fewer only when it ends.
func first(_ count: Int, of events: inout AsyncStream<RedisSubscriptionEvent>.Iterator) async -> [RedisSubscriptionEvent] {
    var found: [RedisSubscriptionEvent] = []
    while found.count < count, let event = await events.next() { found.append(event) }
    return found
}

/// Lends a client of the shared server, or of the one that `path` names, and shuts it down.
func withClient<R: Sendable>(
    path: String? = nil, change: (inout RedisConfiguration) -> Void = { _ in }, isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisClient) async throws -> R
) async throws -> R {
    let socket = if let path { path } else { try await TestRedis.shared().path }
    var configuration = RedisConfiguration(path: socket)
    change(&configuration)
    let client = RedisClient(configuration, logger: testLogger)
    do {
        let value = try await body(client)
        await client.shutdown()
        return value
    } catch {
        await client.shutdown()
        throw error
    }
}

/// The error that `body` throws.
func redisError(isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Void) async throws -> RedisError? {
    do {
        try await body()
        return nil
    } catch let error as RedisError {
        return error
    }
}
