public import Scheduler

/// Removes everybody from a room and the room from the homeserver.
public enum ShutdownAndPurgeRoom: Action {
    /// `shutdown_and_purge_room`, as Synapse calls it.
    public static let name: ActionName = "shutdown_and_purge_room"
    /// For people.
    public static let summary = "Shut a room down, and purge it"
    /// One unfinished delete a room.
    public static let defaults = ActionDefaults(uniqueByResource: true)

    /// The keys of Synapse's endpoint, and which room.
    public struct Params: Codable, Sendable, Hashable {
        /// Which room.
        public var roomID: String
        /// Whether nobody may join it again.
        public var block: Bool
        /// Whether its rows go from the database.
        public var purge: Bool
        /// Whether they go even while local users are still joined.
        public var forcePurge: Bool
        /// The local user who makes a new room for the members; nil means no new room.
        public var newRoomUserID: String?
        /// The new room's name; nil takes the homeserver's default.
        public var roomName: String?
        /// What is said in the new room; nil takes the homeserver's default.
        public var message: String?
        /// The task that submitted this one; when that is cancelled, this one is.
        public var parentTaskID: String?

        /// Describes a delete with Synapse's defaults.
        public init(
            roomID: String, block: Bool = false, purge: Bool = true, forcePurge: Bool = false, newRoomUserID: String? = nil,
            roomName: String? = nil, message: String? = nil, parentTaskID: String? = nil
        ) {
            self.roomID = roomID
            self.block = block
            self.purge = purge
            self.forcePurge = forcePurge
            self.newRoomUserID = newRoomUserID
            self.roomName = roomName
            self.message = message
            self.parentTaskID = parentTaskID
        }

        enum CodingKeys: String, CodingKey, CaseIterable {
            case roomID = "room_id"
            case block, purge, message
            case forcePurge = "force_purge"
            case newRoomUserID = "new_room_user_id"
            case roomName = "room_name"
            case parentTaskID = "parent_task_id"
        }

        /// Missing optional keys take Synapse's defaults.
        public init(from decoder: any Decoder) throws {
            try self.init(shared: decoder)
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            roomID = try keys.decode(String.self, forKey: .roomID)
            parentTaskID = try keys.decodeIfPresent(String.self, forKey: .parentTaskID)
        }

        /// Reads the keys that do not say which room.
        init(shared decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            roomID = ""
            block = try keys.decodeIfPresent(Bool.self, forKey: .block) ?? false
            purge = try keys.decodeIfPresent(Bool.self, forKey: .purge) ?? true
            forcePurge = try keys.decodeIfPresent(Bool.self, forKey: .forcePurge) ?? false
            newRoomUserID = try keys.decodeIfPresent(String.self, forKey: .newRoomUserID)
            roomName = try keys.decodeIfPresent(String.self, forKey: .roomName)
            message = try keys.decodeIfPresent(String.self, forKey: .message)
        }

        /// Writes all keys.
        public func encode(to encoder: any Encoder) throws {
            try encodeShared(to: encoder)
            var keys = encoder.container(keyedBy: CodingKeys.self)
            try keys.encode(roomID, forKey: .roomID)
            try keys.encodeIfPresent(parentTaskID, forKey: .parentTaskID)
        }

        /// Writes the keys that do not say which room.
        func encodeShared(to encoder: any Encoder) throws {
            var keys = encoder.container(keyedBy: CodingKeys.self)
            try keys.encode(block, forKey: .block)
            try keys.encode(purge, forKey: .purge)
            try keys.encode(forcePurge, forKey: .forcePurge)
            try keys.encodeIfPresent(newRoomUserID, forKey: .newRoomUserID)
            try keys.encodeIfPresent(roomName, forKey: .roomName)
            try keys.encodeIfPresent(message, forKey: .message)
        }
    }

    /// What a delete did: the homeserver's own `shutdown_room` object.
    public struct Result: Codable, Sendable, Hashable {
        /// Local users who were removed.
        public var kickedUsers: [String]
        /// Local users who could not be removed.
        public var failedToKickUsers: [String]
        /// Aliases that moved to the new room.
        public var localAliases: [String]
        /// The new room.
        public var newRoomID: String?
        /// Why there may be nothing that was deleted, a sentence for each reason; nil when there is none.
        public var notVerified: [String]?

        /// A result.
        public init(
            kickedUsers: [String] = [], failedToKickUsers: [String] = [], localAliases: [String] = [], newRoomID: String? = nil,
            notVerified: [String]? = nil
        ) {
            self.kickedUsers = kickedUsers
            self.failedToKickUsers = failedToKickUsers
            self.localAliases = localAliases
            self.newRoomID = newRoomID
            self.notVerified = notVerified
        }

        enum CodingKeys: String, CodingKey {
            case kickedUsers = "kicked_users"
            case failedToKickUsers = "failed_to_kick_users"
            case localAliases = "local_aliases"
            case newRoomID = "new_room_id"
            case notVerified = "not_verified"
        }

        /// Writes `new_room_id` even when there is none: clients read the key.
        public func encode(to encoder: any Encoder) throws {
            var keys = encoder.container(keyedBy: CodingKeys.self)
            try keys.encode(kickedUsers, forKey: .kickedUsers)
            try keys.encode(failedToKickUsers, forKey: .failedToKickUsers)
            try keys.encode(localAliases, forKey: .localAliases)
            try keys.encode(newRoomID, forKey: .newRoomID)
            try keys.encodeIfPresent(notVerified, forKey: .notVerified)
        }
    }

    /// Checks the room id and the new room's user.
    public static func validate(_ params: Params) throws {
        try TextRules.check(room: params.roomID, "room_id")
        if let user = params.newRoomUserID { try TextRules.check(user: user, "new_room_user_id") }
        try TextRules.check(params.roomName, "room_name")
        try TextRules.check(params.message, "message")
        try TextRules.check(task: params.parentTaskID, "parent_task_id")
    }

    /// The task is about which room.
    public static func resourceID(of params: Params) -> String? { params.roomID }
}
