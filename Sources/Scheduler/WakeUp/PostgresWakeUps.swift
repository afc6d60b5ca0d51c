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
        AsyncStream(bufferingPolicy: .bufferingNewest(256)) { continuation in
            let pump = Task {
                await listen { continuation.yield($0) }
                continuation.finish()
            }
            continuation.onTermination = { _ in pump.cancel() }
        }
    }

    /// Listens; hints come on the connection's thread.
    public func listen(_ handler: @escaping @Sendable (WakeUp) -> Void) async {
        await client.listen(["muster"]) { event in
            switch event {
            case .reconnected: handler(.missed)
            case .notification(let notification):
                if let wakeUp = WakeUp(payload: notification.payload) { handler(wakeUp) }
            }
        }
    }
}
