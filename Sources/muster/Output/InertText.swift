/// Text from outside, made harmless for a terminal.
///
/// Names, errors and ids come from other people. Control characters could move the cursor or start an escape sequence, bidirectional
/// overrides could show an id backwards, line breaks could forge a row: each becomes a visible escape such as `\u{1B}`.
enum InertText {
    /// The text with every dangerous scalar written as an escape; everything else is unchanged.
    static func make(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isDangerous) else { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            if isDangerous(scalar) {
                safe += escape(scalar)
            } else {
                safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    /// JSON text with the same scalars written as JSON's own escapes: the same value, read by whatever reads JSON.
    ///
    /// Such scalars stand in strings alone, but for line breaks and tabs, which JSON's writer has escaped there already.
    static func json(_ text: String) -> String {
        // Of one byte there is only DEL: nearly all text is ASCII, and passes as it is.
        guard text.utf8.contains(where: { $0 >= 0x7F }) else { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            if scalar.value >= 0x7F, isDangerous(scalar) {
                for unit in UTF16.encode(scalar) ?? .init() { safe += "\\u" + hex(unit) }
            } else {
                safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    private static func hex(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// Whether a terminal or a reader could be misled by this scalar.
    static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F: true  // C0, DEL, C1
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // bidirectional marks, embeddings, overrides, isolates
        case 0x200B, 0x2028, 0x2029, 0x2060...0x2064, 0xFEFF: true  // invisible, or a line break in disguise
        case 0xE0000...0xE007F: true  // tags: invisible text
        default: false
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
        }
    }
}
