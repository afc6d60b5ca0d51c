/// Counters by room, in little space: the sorted rooms are known from elsewhere, only places in that list are stored.
struct RoomTallies: Codable, Sendable, Equatable {
    private var byPlace: [Int: RedactTally] = [:]
    /// Rooms in which something was found and of which no counters are kept; nil in what older builds stored.
    private(set) var omitted: Int?
    /// How many places are kept, as the first attempt found.
    private var kept: Int?
    /// Room id to its place; not stored.
    private var places: [String: Int] = [:]

    /// Rooms of which counters are kept, in number and in bytes of their ids: they are shown in the result, which is bounded.
    static let most = 300
    static let mostBytes = 16_000

    private enum CodingKeys: String, CodingKey { case byPlace, omitted, kept }

    /// Says which rooms there are; those of the first attempt, sorted.
    ///
    /// - Parameter place: which place a room had at the first attempt; nil takes that in the list
    mutating func know(_ sorted: [String], place: (String) -> Int? = { _ in nil }) {
        if kept == nil {
            var bytes = 0
            let fitting = sorted.prefix(Self.most).prefix { room in
                bytes += room.utf8.count
                return bytes <= Self.mostBytes
            }
            kept = fitting.count
        }
        let kept = kept ?? 0
        places = [:]
        for (index, room) in sorted.enumerated() {
            let place = place(room) ?? index
            if place < kept { places[room] = place }
        }
    }

    /// Whether counters of the room are kept.
    func keeps(_ roomID: String) -> Bool { places[roomID] != nil }

    mutating func add(_ tally: RedactTally, to roomID: String) {
        guard let place = places[roomID], tally != RedactTally() else { return }
        byPlace[place] = (byPlace[place] ?? RedactTally()) + tally
    }

    /// Counts a room of which no counters are kept.
    mutating func omit() { omitted = (omitted ?? 0) + 1 }

    /// Room id to what was counted, where anything was.
    var byRoom: [String: RedactTally] {
        places.compactMapValues { byPlace[$0] }
    }
}
