/// A path as the route table writes it: `/_synapse/admin/v1/user/{user_id}/redact`.
///
/// Segments are compared as they were sent; captured ones are percent-decoded, once.
struct PathPattern: Sendable {
    private enum Segment: Sendable {
        case literal(String)
        case capture(String)
    }

    /// The pattern as written, for logs.
    let template: String
    private let segments: [Segment]

    init(_ template: String) {
        self.template = template
        segments = template.split(separator: "/", omittingEmptySubsequences: false).map {
            $0.hasPrefix("{") && $0.hasSuffix("}") ? .capture(String($0.dropFirst().dropLast())) : .literal(String($0))
        }
    }

    /// The captured parts when the path is of this form.
    func match(_ path: [Substring]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var captures: [String: String] = [:]
        for (index, segment) in segments.enumerated() {
            switch segment {
            case .literal(let text):
                guard path[index] == text else { return nil }
            case .capture(let name):
                captures[name] = PercentEncoding.decode(path[index])
            }
        }
        return captures
    }
}

/// Percent-encoded text of paths and queries.
enum PercentEncoding {
    /// Decodes `%21` and the like; an escape that is none stays as it is, and bytes that are no UTF-8 become U+FFFD.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String {
        String(decoding: bytes(text, plusIsSpace: plusIsSpace), as: UTF8.self)
    }

    /// Whether nothing in it decodes to bytes that are no UTF-8: two texts that differ there would be compared as one.
    static func isText(_ text: some StringProtocol) -> Bool { String(validating: bytes(text), as: UTF8.self) != nil }

    /// The decoded bytes, whatever they mean.
    static func bytes(_ text: some StringProtocol, plusIsSpace: Bool = false) -> [UInt8] {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = hex(bytes[index + 1]), let low = hex(bytes[index + 2])
            {
                output.append(high << 4 | low)
                index += 3
            } else {
                output.append(plusIsSpace && bytes[index] == UInt8(ascii: "+") ? 0x20 : bytes[index])
                index += 1
            }
        }
        return output
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
