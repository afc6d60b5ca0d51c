import SchedulerTesting
import Synchronization

/// The proxy before a fault's store, made as soon as the store's port is known.
final class ProxyOfStore: Sendable {
    private let made = Mutex<TCPProxy?>(nil)

    /// How the store is reached through it.
    func reach(_ store: FaultStore) throws -> String {
        let proxy = try TCPProxy(to: store.port)
        made.withLock { $0 = proxy }
        // Nothing of what is cut may be in a TLS or GSS greeting.
        return "host=127.0.0.1 port=\(proxy.port) user=postgres dbname=postgres sslmode=disable gssencmode=disable"
    }

    /// The proxy.
    func proxy() throws -> TCPProxy {
        guard let proxy = made.withLock({ $0 }) else { throw NotInTime(description: "there is no proxy yet") }
        return proxy
    }
}
