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

/// Counters by room, in little space: the sorted rooms are known from elsewhere, only places in that list are stored.
struct RoomTallies: Codable, Sendable, Equatable {
    private var byPlace: [Int: RedactTally] = [:]
    /// Room id to its place; not stored.
    private var places: [String: Int] = [:]

    /// Rooms of which counters are kept, in number and in bytes of their ids: they are shown in the result, which is bounded.
    static let most = 300
    static let mostBytes = 16_000

    private enum CodingKeys: String, CodingKey { case byPlace }

    /// Says which rooms there are; the same ones, sorted, at every attempt.
    mutating func know(_ sorted: [String]) {
        var bytes = 0
        places = [:]
        for (place, room) in sorted.prefix(Self.most).enumerated() {
            bytes += room.utf8.count
            guard bytes <= Self.mostBytes else { break }
            places[room] = place
        }
    }

    mutating func add(_ tally: RedactTally, to roomID: String) {
        guard let place = places[roomID], tally != RedactTally() else { return }
        byPlace[place] = (byPlace[place] ?? RedactTally()) + tally
    }

    /// Room id to what was counted, where anything was.
    var byRoom: [String: RedactTally] {
        places.compactMapValues { byPlace[$0] }
    }
}
