import Foundation

extension JSONBytes {
    /// Where a text or a key of the object holds a NUL character, as in `rooms.[0]`; nil when none does.
    ///
    /// PostgreSQL has no text for it, nor have most of those who get the params in the end. JSON can only escape it, so that looking for
    /// the escape is enough, and nothing is parsed unless it is there.
    var placeOfNUL: String? {
        guard holdsNUL else { return nil }
        return (try? JSONSerialization.jsonObject(with: data)).flatMap { Self.place($0, []) } ?? ""
    }

    private var holdsNUL: Bool {
        utf8.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            var next = 0
            while next < bytes.count, let found = memchr(start + next, 0x5C, bytes.count - next) {
                let place = start.distance(to: UnsafeRawPointer(found))
                if bytes[place...].prefix(6).elementsEqual(Self.escape) { return true }
                // The escaped character may be a backslash itself.
                next = place + 2
            }
            return false
        }
    }

    /// `\u0000`.
    private static let escape: [UInt8] = [0x5C, 0x75, 0x30, 0x30, 0x30, 0x30]

    private static func place(_ value: Any, _ path: [String]) -> String? {
        switch value {
        case let text as String: text.utf8.contains(0) ? path.joined(separator: ".") : nil
        case let list as [Any]: list.indices.lazy.compactMap { place(list[$0], path + ["[\($0)]"]) }.first
        case let object as [String: Any]:
            object.keys.sorted().lazy.compactMap { key in
                key.utf8.contains(0) ? path.joined(separator: ".") : place(object[key] ?? "", path + [String(key.prefix(60))])
            }.first
        default: nil
        }
    }
}
