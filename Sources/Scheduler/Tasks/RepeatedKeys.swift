import Foundation

/// Finds a key that stands twice among those of one JSON object.
enum RepeatedKeys {
    /// The first hundred letters of such a key; nil when all differ.
    ///
    /// - Parameter keys: where they stand, with their quotes; the JSON is well-formed
    static func find(_ keys: ArraySlice<Range<Int>>, in bytes: UnsafeBufferPointer<UInt8>) -> String? {
        // As written, unless one is written with escapes, which have several spellings.
        let isPlain = !keys.contains { bytes[$0].contains(UInt8(ascii: "\\")) }
        if isPlain, keys.count <= 16 {
            for (place, key) in zip(keys.indices, keys) {
                for other in keys[keys.startIndex..<place] where other.count == key.count && bytes[other].elementsEqual(bytes[key]) {
                    return shown(decoded(bytes[key]))
                }
            }
            return nil
        }
        var seen: Set<[UInt8]> = []
        for key in keys {
            let name = isPlain ? Array(bytes[key]) : Array(decoded(bytes[key]).utf8)
            guard seen.insert(name).inserted else { return shown(decoded(bytes[key])) }
        }
        return nil
    }

    private static func decoded(_ quoted: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        (try? JSONDecoder().decode(String.self, from: Data(quoted))) ?? String(decoding: quoted, as: UTF8.self)
    }

    private static func shown(_ key: String) -> String { String(key.prefix(100)) }
}
