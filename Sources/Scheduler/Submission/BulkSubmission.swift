import Synchronization

extension Submitter {
    /// Tasks in one piece of a bulk submission: large enough for COPY to pay, small enough to be held in memory a few times.
    static let pieceSize = 10_000
    /// Pieces on their way at once: while the server writes one, the next is checked and sent.
    private static let piecesAtOnce = 2

    /// Stores any number of tasks in pieces, each all or none, and tells of each piece once it is committed.
    func submitAll(
        _ requests: some Sequence<TaskRequest>, stored: @escaping @Sendable ([SubmittedTask]) async throws -> Void
    ) async throws -> Int {
        var rest = requests.makeIterator()
        return try await withThrowingTaskGroup(of: Int.self) { group in
            var total = 0
            var running = 0
            while let piece = Self.next(&rest) {
                if running == Self.piecesAtOnce {
                    total += try await group.next() ?? 0
                    running -= 1
                }
                group.addTask {
                    let submitted = try await submit(piece)
                    try await stored(submitted)
                    return submitted.count { $0.kind == .created }
                }
                running += 1
            }
            while let count = try await group.next() { total += count }
            return total
        }
    }

    private static func next(_ rest: inout some IteratorProtocol<TaskRequest>) -> [TaskRequest]? {
        guard let first = rest.next() else { return nil }
        var piece = [first]
        piece.reserveCapacity(pieceSize)
        while piece.count < pieceSize, let request = rest.next() { piece.append(request) }
        return piece
    }
}
