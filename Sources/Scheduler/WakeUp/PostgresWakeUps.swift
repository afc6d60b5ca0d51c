public import Postgres

/// Wake-ups over LISTEN and NOTIFY, on one connection of their own.
///
/// Does not work behind a transaction pooler.
public struct PostgresWakeUps: WakeUpChannel {
    private let client: PostgresClient

    /// A channel over this client's database.
    public init(client: PostgresClient) { self.client = client }

    /// Notifies once for all hints.
    public func publish(_ wakeUps: [WakeUp]) async throws {
        _ = try await client.execute(Notify(payloads: wakeUps.map(\.payload)))
    }

    /// Listens; a new connection is announced as ``WakeUp/missed``.
    public func wakeUps() -> AsyncStream<WakeUp> {
        let events = client.listen(["muster"])
        return AsyncStream(bufferingPolicy: .bufferingNewest(256)) { continuation in
            let pump = Task {
                for await event in events {
                    switch event {
                    case .reconnected: continuation.yield(.missed)
                    case .notification(let notification):
                        if let wakeUp = WakeUp(payload: notification.payload) { continuation.yield(wakeUp) }
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in pump.cancel() }
        }
    }
}
