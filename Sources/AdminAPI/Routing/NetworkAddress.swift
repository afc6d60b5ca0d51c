import Foundation

/// An IP address, compared by its bytes; an IPv4 address in IPv6's form is the IPv4 address.
struct NetworkAddress: Hashable, Sendable {
    /// Four of IPv4, sixteen of IPv6, in network order.
    let bytes: [UInt8]

    /// Reads the usual text form; nil for anything else, a port or a zone included.
    init?(_ text: String) {
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        var (four, six) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let all = withUnsafeBytes(of: &six) { Array($0) }
            bytes = all.starts(with: Self.mapped) ? Array(all.dropFirst(12)) : all
        } else {
            return nil
        }
    }

    /// The text form that all addresses are shown in.
    var text: String {
        var output = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard bytes.withUnsafeBytes({ inet_ntop(family, $0.baseAddress, &output, socklen_t(INET6_ADDRSTRLEN)) }) != nil else { return "" }
        return String(decoding: output.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// What one customer of a network has: the address of IPv4, the upper 64 bits of IPv6, whose lower ones they choose themselves.
    var subscriber: [UInt8] { bytes.count == 4 ? bytes : Array(bytes.prefix(8)) }

    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]
}

/// An IP address, or a network of them such as `10.0.0.0/8`.
public struct AddressRange: Hashable, Sendable {
    private let first: NetworkAddress
    private let bits: Int

    /// Reads an address, or a network whose address has nothing set behind its length; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = NetworkAddress(String(parts[0])) else { return nil }
        let width = first.bytes.count * 8
        var bits = width
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let given = Int(parts[1]), given <= width else { return nil }
            bits = given
        }
        self.first = first
        self.bits = bits
        guard (bits..<width).allSatisfy({ !Self.bit($0, of: first.bytes) }) else { return nil }
    }

    func contains(_ address: NetworkAddress) -> Bool {
        address.bytes.count == first.bytes.count
            && (0..<bits).allSatisfy { Self.bit($0, of: address.bytes) == Self.bit($0, of: first.bytes) }
    }

    private static func bit(_ index: Int, of bytes: [UInt8]) -> Bool { bytes[index / 8] & (0x80 >> UInt8(index % 8)) != 0 }
}
