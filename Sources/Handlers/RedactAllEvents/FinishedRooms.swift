/// Which of the sorted rooms are done, in little space: everything up to one id, and a few beyond.
struct FinishedRooms: Codable, Sendable, Equatable {
    /// This room and all before it are done.
    private(set) var through: String?
    /// Rooms beyond that are done.
    private(set) var beyond: Set<String> = []

    /// How many rooms may be done beyond; a task that waits for one room cannot run ahead without end.
    static let mostBeyond = 200
    /// Their ids' size, since the checkpoint is bounded.
    static let mostBytes = 8_000

    var isFull: Bool { beyond.count >= Self.mostBeyond || beyond.reduce(0) { $0 + $1.utf8.count } >= Self.mostBytes }

    func contains(_ room: String) -> Bool {
        if let through, room <= through { return true }
        return beyond.contains(room)
    }

    /// Notes a room as done.
    ///
    /// - Parameter sorted: all rooms, ascending
    mutating func insert(_ room: String, of sorted: [String]) {
        guard !contains(room) else { return }
        beyond.insert(room)
        for room in sorted where !(through.map { room <= $0 } ?? false) {
            guard beyond.remove(room) != nil else { break }
            through = room
        }
    }

    /// The first room that is neither done nor excluded; nil when there is none, or when it would run too far ahead.
    func next(of sorted: [String], excluding: Set<String>) -> String? {
        guard let room = sorted.first(where: { !contains($0) && !excluding.contains($0) }) else { return nil }
        return isFull && sorted.contains(where: { $0 < room && !contains($0) }) ? nil : room
    }
}
