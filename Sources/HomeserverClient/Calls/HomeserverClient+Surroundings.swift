/// The events around one, in the room's order.
public struct RoomSurroundings: Sendable {
    /// Those before it, the nearest first.
    public var before: [RoomEvent]
    /// Those after it, the nearest first.
    public var after: [RoomEvent]

    /// How many they are.
    public var count: Int { before.count + after.count }
    /// Whether the event stands alone.
    public var isEmpty: Bool { before.isEmpty && after.isEmpty }
}

extension HomeserverClient {
    /// Reads the events around one as the admin, who need not be in the room; nil when the room has no such event.
    ///
    /// - Parameter limit: how many, half of them before it; 1 to 1,000
    public func events(around eventID: String, in roomID: String, limit: Int) async throws -> RoomSurroundings? {
        struct Answer: Decodable {
            var events_before: [RoomEvent]
            var events_after: [RoomEvent]
        }
        struct Filter: Encodable { let lazy_load_members = true }
        // Without a filter the room's whole state comes along, with an event for every member.
        let query = [("limit", String(min(max(limit, 1), 1000))), ("filter", String(decoding: try encode(Filter()), as: UTF8.self))]
        do {
            let answer = try await send(
                HomeserverCall(
                    "read the events around one", .get, "/_synapse/admin/v1/rooms", [roomID, "context", eventID], query: query, as: .admin,
                    timeout: configuration.timeouts.page, largestAnswer: Self.largestPage),
                decoding: Answer.self)
            return RoomSurroundings(before: answer.events_before, after: answer.events_after)
        } catch let error as HomeserverError where error.isNotFound {
            return nil
        }
    }
}
