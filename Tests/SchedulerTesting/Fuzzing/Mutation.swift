/// Makes wrong inputs out of right ones: the same ones for the same seed.
public struct Mutation: Sendable {
    private var numbers: SeededNumbers

    /// What programs that read text are known to stumble over.
    private static let nasty: [String] = [
        "\0", "\u{1B}[2J", "\u{202E}", "\u{FEFF}", "\u{FFFD}", "'", "\"", "\\", "--", ";", "%00", "{", "}", "[", "]", ":", ",", "\n",
        "\r\n",
        "\t", "null", "true", "-1", "0", "1e999", "9223372036854775808", "-9223372036854775809", "0.1", "<script>", "$1", "&a", "*a", "!!",
        "|", ">", "? ", "- ", "# ", "\\ud800", "\\u0000", "e\u{301}", "👩‍👩‍👧", "''''", "{}", "[]", "~", "<<: ", "@", "`",
    ]

    /// A series of its own for each seed.
    public init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    /// One to four changes: bytes flipped, cut, doubled, moved, or something nasty put in between.
    public mutating func of(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &numbers) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return bytes = Array((Self.nasty.randomElement(using: &numbers) ?? "").utf8) }
        let at = Int.random(in: 0..<bytes.count, using: &numbers)
        let end = min(bytes.count, at + Int.random(in: 1...12, using: &numbers))
        switch Int.random(in: 0..<7, using: &numbers) {
        case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &numbers)
        case 1: bytes.removeSubrange(at..<end)
        case 2: bytes.insert(contentsOf: bytes[at..<end], at: at)
        case 3: bytes.removeSubrange(at...)
        case 4: bytes.replaceSubrange(at..<end, with: (Self.nasty.randomElement(using: &numbers) ?? "").utf8)
        case 5:
            let repeated = [UInt8](repeating: bytes[at], count: Int.random(in: 2...300, using: &numbers))
            bytes.insert(contentsOf: repeated, at: at)
        default: bytes.insert(contentsOf: (Self.nasty.randomElement(using: &numbers) ?? "").utf8, at: at)
        }
    }
}
