import HTTPTypes

/// Who a request comes from: for the audit log, the access log, the homeserver, and the bounds for each peer.
enum CallerAddress {
    /// The address that a connection comes from; behind proxies that are trusted, the address that they were called from.
    ///
    /// `X-Forwarded-For` is read from its end, where the nearest proxy wrote, as long as whoever wrote is trusted. The first address that is not
    /// is the caller's; what stands before it anybody can have written. An entry that is no address ends the reading at the proxy that wrote it.
    static func of(_ fields: HTTPFields, peer: String, trusted: [AddressRange]) -> String {
        guard isTrusted(peer, trusted) else { return peer }
        var caller = peer
        for claim in fields[values: .forwardedFor].joined(separator: ",").split(separator: ",", omittingEmptySubsequences: false).reversed()
        {
            guard let address = NetworkAddress(String(trimmed(claim))) else { break }
            caller = address.text
            guard trusted.contains(where: { $0.contains(address) }) else { break }
        }
        return caller
    }

    /// Whether the configuration names the peer as a proxy.
    static func isTrusted(_ peer: String, _ trusted: [AddressRange]) -> Bool {
        guard !trusted.isEmpty, let address = NetworkAddress(peer) else { return false }
        return trusted.contains { $0.contains(address) }
    }

    /// Without the white space that a list in a header may have around its elements.
    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
