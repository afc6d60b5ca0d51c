public import Redis

/// Wake-ups over Redis pub/sub: for databases behind a transaction pooler, where LISTEN does not work.
public struct RedisWakeUps: WakeUpChannel {
    private let client: RedisClient
    private let channel: String

    /// A channel over this client's server.
    ///
    /// `name` keeps installations apart that share one Redis; all processes of one installation use the same. Whoever made the client shuts it
    /// down, which ends the sequences of ``wakeUps()``.
    public init(client: RedisClient, name: String) {
        self.client = client
        channel = "muster:\(name)"
    }

    /// Publishes all hints in one round trip; throws at once while Redis is away.
    public func publish(_ wakeUps: [WakeUp]) async throws {
        try await client.publish(channel: channel, payloads: wakeUps.map { Array($0.payload.utf8) })
    }

    /// Subscribes; a new connection is announced as ``WakeUp/missed``.
    public func wakeUps() -> AsyncStream<WakeUp> {
        let events = client.subscribe([channel])
        return AsyncStream(bufferingPolicy: .bufferingNewest(256)) { continuation in
            let pump = Task {
                for await event in events {
                    switch event {
                    case .reconnected: continuation.yield(.missed)
                    case .message(_, let payload):
                        if let wakeUp = WakeUp(payload: String(decoding: payload, as: UTF8.self)) { continuation.yield(wakeUp) }
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in pump.cancel() }
        }
    }
}
