import Foundation

/// What a room delete is asked to do; the keys of the homeserver's endpoint.
public struct RoomDeleteRequest: Sendable, Hashable, Encodable {
    /// Whether nobody may join the room again.
    public var block: Bool
    /// Whether its rows go from the database.
    public var purge: Bool
    /// Whether they go even while local users are still joined.
    public var forcePurge: Bool
    /// The local user who makes a new room.
    public var newRoomUserID: String?
    /// The new room's name.
    public var roomName: String?
    /// What is said in the new room.
    public var message: String?

    /// A request.
    public init(
        block: Bool, purge: Bool, forcePurge: Bool, newRoomUserID: String? = nil, roomName: String? = nil, message: String? = nil
    ) {
        self.block = block
        self.purge = purge
        self.forcePurge = forcePurge
        self.newRoomUserID = newRoomUserID
        self.roomName = roomName
        self.message = message
    }

    private enum CodingKeys: String, CodingKey {
        case block, purge, message
        case forcePurge = "force_purge"
        case newRoomUserID = "new_room_user_id"
        case roomName = "room_name"
    }
}

extension HomeserverClient {
    /// Starts the delete of a room.
    ///
    /// - Returns: the id under which ``roomDelete(_:)`` knows it.
    /// - Throws: ``HomeserverError``; status 400 also when a delete of this room is running.
    public func startRoomDelete(of roomID: String, _ request: RoomDeleteRequest) async throws -> String {
        struct Answer: Decodable { var delete_id: String }
        return try await send(
            HomeserverCall(
                "delete a room", .delete, "/_synapse/admin/v2/rooms", [roomID], body: try encode(request), as: .admin,
                timeout: configuration.timeouts.write),
            decoding: Answer.self
        ).delete_id
    }

    /// How far a room delete is; nil when the homeserver no longer knows it.
    public func roomDelete(_ deleteID: String) async throws -> RemoteRoomDelete? {
        try await status(
            "tell how far a room delete is", "/_synapse/admin/v2/rooms/delete_status", deleteID, decoding: RemoteRoomDelete.self)
    }

    /// The deletes of a room that the homeserver knows, for about a week after their end.
    public func roomDeletes(of roomID: String) async throws -> [RemoteRoomDelete] {
        struct Answer: Decodable { var results: [RemoteRoomDelete] }
        do {
            return try await send(
                HomeserverCall(
                    "list a room's deletes", .get, "/_synapse/admin/v2/rooms", [roomID, "delete_status"], as: .admin,
                    timeout: configuration.timeouts.call, largestAnswer: 16 << 20),
                decoding: Answer.self
            ).results
        } catch let error as HomeserverError where error.isNotFound {
            return []
        }
    }

    /// Whether the homeserver has anything of a room.
    public func knowsRoom(_ roomID: String) async throws -> Bool {
        struct Answer: Decodable { var room_id: String }
        return try await status("look a room up", "/_synapse/admin/v1/rooms", roomID, decoding: Answer.self) != nil
    }
}
