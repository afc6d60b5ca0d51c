public import Scheduler

/// Deletes many rooms: a ``ShutdownAndPurgeRoom`` for each under this one.
public enum DeleteRooms: Action {
    /// `delete_rooms`.
    public static let name: ActionName = "delete_rooms"
    /// For people.
    public static let summary = "Delete many rooms, each in a task of its own"
    /// A delete for each room.
    public static let submits: [ActionName] = [ShutdownAndPurgeRoom.name]
    /// Idempotence is the caller's: an idempotency key makes one task of two requests.
    public static let defaults = ActionDefaults()
    /// The most rooms of one task.
    public static let mostRooms = 1000

    /// Which rooms, and how; the other keys are those of ``ShutdownAndPurgeRoom``.
    public struct Params: Codable, Sendable, Hashable {
        /// The rooms; named twice is named once.
        public var rooms: [String]
        /// How each is deleted; its room is not looked at.
        public var delete: ShutdownAndPurgeRoom.Params

        /// Describes a delete of many.
        public init(rooms: [String], delete: ShutdownAndPurgeRoom.Params = ShutdownAndPurgeRoom.Params(roomID: "")) {
            self.rooms = rooms
            self.delete = delete
            self.delete.roomID = ""
            self.delete.parentTaskID = nil
        }

        private enum CodingKeys: String, CodingKey {
            case rooms
        }

        /// Reads `rooms`, and the keys of a delete beside it.
        public init(from decoder: any Decoder) throws {
            let rooms = try decoder.container(keyedBy: CodingKeys.self).decode([String].self, forKey: .rooms)
            self.init(rooms: rooms, delete: try ShutdownAndPurgeRoom.Params(shared: decoder))
        }

        /// Writes them side by side.
        public func encode(to encoder: any Encoder) throws {
            try delete.encodeShared(to: encoder)
            var keys = encoder.container(keyedBy: CodingKeys.self)
            try keys.encode(rooms, forKey: .rooms)
        }

        /// The rooms, each once, in order.
        public var distinctRooms: [String] {
            var seen = Set<String>()
            return rooms.filter { seen.insert($0).inserted }
        }
    }

    /// What became of the children.
    public struct Result: Codable, Sendable, Hashable {
        /// Rooms in all.
        public var rooms: Int
        /// Rooms whose delete is complete.
        public var deleted: Int
        /// Members of this homeserver who were removed, of all rooms.
        public var kickedUsers: Int
        /// Room id to why its delete did not end complete; not all when there are many.
        public var failedRooms: [String: String]
        /// Failed rooms that ``failedRooms`` leaves out.
        public var failedRoomsOmitted: Int
        /// That there were rooms with nothing to delete, and which; nil when there was none.
        public var notVerified: [String]?

        /// A result.
        public init(
            rooms: Int, deleted: Int = 0, kickedUsers: Int = 0, failedRooms: [String: String] = [:], failedRoomsOmitted: Int = 0,
            notVerified: [String]? = nil
        ) {
            self.rooms = rooms
            self.deleted = deleted
            self.kickedUsers = kickedUsers
            self.failedRooms = failedRooms
            self.failedRoomsOmitted = failedRoomsOmitted
            self.notVerified = notVerified
        }

        enum CodingKeys: String, CodingKey {
            case rooms, deleted
            case kickedUsers = "kicked_users"
            case failedRooms = "failed_rooms"
            case failedRoomsOmitted = "failed_rooms_omitted"
            case notVerified = "not_verified"
        }
    }

    /// Checks every room id, and the rest as a delete of one.
    public static func validate(_ params: Params) throws {
        guard (1...mostRooms).contains(params.distinctRooms.count) else {
            throw InvalidParams(field: "rooms", problem: "must name 1 to 1,000 rooms; submit more in further tasks")
        }
        try TextRules.check(rooms: params.rooms, "rooms")
        var one = params.delete
        one.roomID = params.rooms[0]
        try ShutdownAndPurgeRoom.validate(one)
    }
}
