import HTTPTypes
import Logging
import Synchronization

/// Notices a reverse proxy that the configuration does not name, and says so once for each listener.
///
/// All who come through such a proxy are one peer: with the places of one, under the proxy's address.
final class UnnamedProxy: Sendable {
    /// Where a reverse proxy of one's own is: addresses of this machine and of private networks.
    private static let near = ["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7", "fe80::/10"]
        .compactMap(AddressRange.init)

    private let isTold = Atomic<Bool>(false)

    /// Looks at who sent a request; anybody else on the internet may send the header, and is not written about.
    func look(at fields: HTTPFields, peer: String, trusted: [AddressRange], logger: Logger) {
        guard fields[.forwardedFor] != nil, !isTold.load(ordering: .relaxed), Self.isUnnamed(peer, trusted),
            !isTold.exchange(true, ordering: .relaxed)
        else { return }
        logger.warning(
            "all who come through an untrusted proxy count as one peer; name it in trusted_proxies if it is yours",
            metadata: ["peer": "\(peer)"])
    }

    /// Whether an address is near, and no trusted proxy.
    static func isUnnamed(_ peer: String, _ trusted: [AddressRange]) -> Bool {
        guard !CallerAddress.isTrusted(peer, trusted), let address = NetworkAddress(peer) else { return false }
        return near.contains { $0.contains(address) }
    }
}
