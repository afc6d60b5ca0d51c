/// Makes ids in the shapes that Synapse's ids have.
///
/// Event and room ids follow a fixed sequence, so that a test sees the same ones in every run; tokens are random.
struct Identifiers: Sendable {
    private var seed: UInt64 = 0x5EED_5A4D_B0C5_0001

    mutating func event() -> String { "$" + word(43, of: Self.urlSafe) }
    mutating func room() -> String { "!" + word(43, of: Self.urlSafe) }
    mutating func job() -> String { word(16, of: Self.letters) }

    func token() -> String {
        var generator = SystemRandomNumberGenerator()
        return "syt_sandbox_" + String((0..<32).map { _ in Self.letters.randomElement(using: &generator) ?? "a" })
    }

    private static let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    private static let urlSafe = letters + Array("0123456789-_")

    private mutating func word(_ length: Int, of alphabet: [Character]) -> String {
        String((0..<length).map { _ in alphabet[Int(next() % UInt64(alphabet.count))] })
    }

    /// SplitMix64: even spread from a counter, without a stored state worth protecting.
    private mutating func next() -> UInt64 {
        seed &+= 0x9E37_79B9_7F4A_7C15
        var mixed = seed
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
