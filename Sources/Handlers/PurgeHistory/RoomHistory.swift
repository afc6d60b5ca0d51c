import HomeserverClient

/// Where in its room an event is.
struct RoomPlace: Codable, Sendable, Equatable {
    var eventID: String
    /// When, as its sender says.
    var ts: Int64
    /// How deep it hangs: one deeper than the deepest of the events that its sender's server had seen.
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

    /// How many events there are to a depth around an event; nil when it stands alone, or the homeserver does not say how deep events are.
    ///
    /// - Parameter events: how many are read, half of them before it
    func density(around place: RoomPlace, events: Int) async throws -> Double? {
        let (client, roomID) = (client, roomID)
        let around = try await retrying { _ in try await client.events(around: place.eventID, in: roomID, limit: events) }
        guard let around, !around.isEmpty else { return nil }
        async let first = depth(of: around.before.last, else: place)
        async let last = depth(of: around.after.last, else: place)
        guard let first = try await first, let last = try await last, first <= last else { return nil }
        return Double(around.count) / Double(max(1, last - first))
    }

    private func depth(of event: RoomEvent?, else place: RoomPlace) async throws -> Int64? {
        guard let event else { return place.depth }
        return try await self.place(of: event.eventID)?.depth
    }
}
