import HTTPTypes

/// Who a request comes from, for the audit log and the access log.
enum CallerAddress {
    /// The connected address; when that is a proxy on this machine, what it says of its caller.
    ///
    /// Only the last entry of `X-Forwarded-For` counts, which the proxy itself wrote, and only when it can be an address. Anybody else is not
    /// believed.
    static func of(_ fields: HTTPFields, peer: String) -> String {
        guard isNeighbour(peer), let name = HTTPField.Name("x-forwarded-for"),
            let claim = fields[values: name].last?.split(separator: ",").last
        else { return peer }
        let address = claim.filter { $0 != " " && $0 != "\t" }
        return isAddress(address) ? address : peer
    }

    /// Whether the peer is on this machine.
    static func isNeighbour(_ peer: String) -> Bool { peer == "local" || peer == "127.0.0.1" || peer == "::1" }

    private static func isAddress(_ text: String) -> Bool {
        (2...45).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...70, 97...102, UInt8(ascii: "."), UInt8(ascii: ":"): true
                default: false
                }
            } && text.contains { $0 == "." || $0 == ":" }
    }
}
