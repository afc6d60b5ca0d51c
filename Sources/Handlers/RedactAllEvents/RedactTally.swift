/// Counters of a redact; stored as three numbers, since there are many.
struct RedactTally: Codable, Sendable, Equatable {
    /// Redacted by the task.
    var redacted = 0
    /// Redacted before.
    var already = 0
    /// All that count.
    var events = 0

    static func + (left: Self, right: Self) -> Self {
        Self(redacted: left.redacted + right.redacted, already: left.already + right.already, events: left.events + right.events)
    }

    init(redacted: Int = 0, already: Int = 0, events: Int = 0) {
        (self.redacted, self.already, self.events) = (redacted, already, events)
    }

    init(from decoder: any Decoder) throws {
        var numbers = try decoder.unkeyedContainer()
        redacted = try numbers.decode(Int.self)
        already = try numbers.decode(Int.self)
        events = try numbers.decode(Int.self)
    }

    func encode(to encoder: any Encoder) throws {
        var numbers = encoder.unkeyedContainer()
        for number in [redacted, already, events] { try numbers.encode(number) }
    }
}
