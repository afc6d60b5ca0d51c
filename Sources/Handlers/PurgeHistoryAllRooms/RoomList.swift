import HomeserverClient

/// The homeserver's rooms after those that have been looked at, though rooms go meanwhile.
struct RoomList {
    private var page: ArraySlice<RoomSummary> = []
    private let client: HomeserverClient
    private let retrying: RetryingCalls

    /// Rooms read at once.
    private static let limit = 200
    /// Rooms read again at the beginning of a page: so many may be deleted while it is worked on, without another one being missed.
    private static let overlap = 50

    init(client: HomeserverClient, retrying: RetryingCalls) {
        self.client = client
        self.retrying = retrying
    }

    /// The next room; nil at the end.
    mutating func next(_ checkpoint: inout AllRoomsCheckpoint) async throws -> RoomSummary? {
        if page.isEmpty, !checkpoint.isAtEnd { try await read(&checkpoint) }
        guard let room = page.popFirst() else {
            checkpoint.isAtEnd = true
            return nil
        }
        return room
    }

    private mutating func read(_ checkpoint: inout AllRoomsCheckpoint) async throws {
        let (client, start) = (client, max(0, checkpoint.seen - Self.overlap))
        let read = try await retrying { _ in try await client.rooms(from: start, limit: Self.limit) }
        checkpoint.total = read.total
        let (place, rest) = Self.rest(of: read.rooms, from: start, after: checkpoint.last, seen: checkpoint.seen, id: \.roomID)
        checkpoint.resume(at: place)
        page = rest
    }

    /// What of a page has not been looked at, and where it begins: pure.
    static func rest<Room>(
        of rooms: [Room], from start: Int, after last: String?, seen: Int, id: (Room) -> String
    ) -> (place: Int, rooms: ArraySlice<Room>) {
        if let last, let index = rooms.firstIndex(where: { id($0) == last }) { return (start + index + 1, rooms[(index + 1)...]) }
        return (seen, rooms.dropFirst(seen - start))
    }
}
