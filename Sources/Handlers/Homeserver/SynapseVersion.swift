/// The first two numbers of a homeserver's version.
struct SynapseVersion: Comparable, Sendable {
    let major: Int
    let minor: Int

    init?(_ text: String) {
        let numbers = text.split(separator: ".", maxSplits: 2).prefix(2).map { Int($0.prefix { $0.isNumber }) }
        guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else { return nil }
        (self.major, self.minor) = (major, minor)
    }

    init(_ major: Int, _ minor: Int) { (self.major, self.minor) = (major, minor) }

    static func < (left: Self, right: Self) -> Bool { (left.major, left.minor) < (right.major, right.minor) }

    /// Whether the homeserver's own redact may be used.
    ///
    /// Before 1.116 there is none. From 1.116 to 1.118 a redact that a background worker should run stays "active" for ever and stops
    /// the homeserver's other tasks (Synapse issue #17823).
    var mayRedactByItself: Bool { self >= SynapseVersion(1, 119) }

    /// Whether the homeserver's own redact looks at encrypted events; an older one passes them over.
    var redactsEncrypted: Bool { self >= SynapseVersion(1, 131) }

    /// Whether the homeserver's own redact knows `before_ts` and `after_ts`; an older one ignores them and takes everything.
    var boundsRedactsByTime: Bool { self >= SynapseVersion(1, 157) }
}
