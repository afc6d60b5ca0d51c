import HomeserverClient

/// Where in its room an event is.
struct RoomPlace: Codable, Sendable, Equatable {
    var eventID: String
    /// When, as its sender says.
    var ts: Int64
    /// About how many events lie before it.
    var depth: Int64
}

/// Looks up where events of a room are, without reading those between.
struct RoomHistory: Sendable {
    let roomID: String
    let client: HomeserverClient
    let retrying: RetryingCalls

    /// Events deeper than this were made by somebody who lied about it, and tell nothing.
    static let deepest: Int64 = 1 << 40

    /// The first event that can be read; nil when there is none.
    func oldest() async throws -> RoomEvent? { try await first(.forwards) }

    /// The last event that can be read.
    func newest() async throws -> RoomEvent? { try await first(.backwards) }

    private func first(_ direction: ReadingDirection) async throws -> RoomEvent? {
        let (client, roomID) = (client, roomID)
        var from: String?
        // Pages may be empty before the end.
        for _ in 0..<20 {
            let start = from
            let page = try await retrying { _ in try await client.events(in: roomID, from: start, direction: direction, limit: 1) }
            if let event = page.events.first { return event }
            guard let end = page.end, end != from else { return nil }
            from = end
        }
        return nil
    }

    /// Where an event is; nil when it does not exist or the homeserver does not say how deep it is.
    func place(of eventID: String) async throws -> RoomPlace? {
        let (client, roomID) = (client, roomID)
        guard let event = try await retrying({ _ in try await client.event(eventID, expectedIn: roomID) }), event.roomID == roomID,
            let depth = event.depth, (0...Self.deepest).contains(depth)
        else { return nil }
        return RoomPlace(eventID: eventID, ts: event.originServerTs, depth: depth)
    }

    /// The last event that its sender dates at a time or before, wherever it is.
    ///
    /// To be asked only for times at which an event exists: the homeserver asks other servers where it has none.
    func place(at ts: Int64) async throws -> RoomPlace? {
        let (client, roomID) = (client, roomID)
        guard let found = try await retrying({ _ in try await client.event(at: ts, in: roomID) }) else { return nil }
        return try await place(of: found.eventID)
    }
}
