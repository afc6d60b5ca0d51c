import Logging
import Redis
import SchedulerTesting
import Synchronization

/// Keeps what is logged.
final class LogLines: LogHandler, Sendable {
    private let lines = Mutex<[String]>([])

    var logger: Logger { Logger(label: "redis-tests") { _ in self } }

    func contain(_ text: String) -> Bool {
        lines.withLock { $0.contains { $0.contains(text) } }
    }

    func log(event: LogEvent) {
        lines.withLock { $0.append("\(event.message)") }
    }

    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
}

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
    path: String? = nil, log: LogLines = LogLines(), change: (inout RedisConfiguration) -> Void = { _ in },
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisClient) async throws -> R
) async throws -> R {
    let socket = if let path { path } else { try await TestRedis.shared().path }
    var configuration = RedisConfiguration(path: socket)
    change(&configuration)
    let client = RedisClient(configuration, logger: log.logger)
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
