/// A room as the admin's list shows it.
public struct RoomSummary: Sendable, Hashable, Decodable {
    /// The room's id.
    public var roomID: String
    /// Its name.
    public var name: String?
    /// Its main alias.
    public var canonicalAlias: String?
    /// Members of this homeserver.
    public var joinedLocalMembers: Int?

    private enum CodingKeys: String, CodingKey {
        case roomID = "room_id"
        case name
        case canonicalAlias = "canonical_alias"
        case joinedLocalMembers = "joined_local_members"
    }
}

/// A page of the homeserver's rooms.
public struct RoomPage: Sendable, Decodable {
    /// The rooms.
    public var rooms: [RoomSummary]
    /// How many there are in all.
    public var total: Int

    private enum CodingKeys: String, CodingKey {
        case rooms
        case total = "total_rooms"
    }
}

extension HomeserverClient {
    /// A page of all rooms, by who made them, which does not change while one reads.
    ///
    /// - Parameters:
    ///   - from: how many rooms come before it
    ///   - limit: the most rooms of a page
    public func rooms(from: Int, limit: Int) async throws -> RoomPage {
        try await send(
            HomeserverCall(
                "list its rooms", .get, "/_synapse/admin/v1/rooms",
                query: [("from", String(max(0, from))), ("limit", String(limit)), ("order_by", "creator")], as: .admin,
                timeout: configuration.timeouts.page, largestAnswer: 16 << 20),
            decoding: RoomPage.self)
    }
}
