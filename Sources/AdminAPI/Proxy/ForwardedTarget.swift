/// The path and query of a forwarded request, in a form that every parser of URLs takes as it is.
enum ForwardedTarget {
    /// The target, with what is not allowed in one escaped, each byte by itself.
    ///
    /// Clients send quotes, braces and stray percent signs as they are, and the homeserver reads them; a URL parser would escape all that
    /// is there once more, or refuse it. What is escaped already stays.
    static func make(_ target: String) -> String {
        let bytes = Array(target.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            let isEscape = byte == UInt8(ascii: "%") && index + 2 < bytes.count && isHex(bytes[index + 1]) && isHex(bytes[index + 2])
            if isEscape || isAllowed(byte) {
                output.append(byte)
            } else {
                output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
    private static let marks = Set("-._~!$&'()*+,;=:@/?".utf8)

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isHex(byte) || (71...90).contains(byte) || (103...122).contains(byte) || marks.contains(byte)
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }
}
