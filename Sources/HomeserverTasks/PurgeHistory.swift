public import Scheduler

/// Removes a room's old events from the homeserver's database.
public enum PurgeHistory: Action {
    /// `purge_history`, as Synapse calls it.
    public static let name: ActionName = "purge_history"
    /// For people.
    public static let summary = "Purge a room's history up to an event or a time"
    /// Several purges of one room may wait: they take turns by the room's exclusive key.
    public static let defaults = ActionDefaults()

    /// The keys of Synapse's endpoint, and which room.
    public struct Params: Codable, Sendable, Hashable {
        /// Which room.
        public var roomID: String
        /// Everything before this event goes.
        public var purgeUpToEventID: String?
        /// Everything before this time goes, in milliseconds since 1970; used when there is no event.
        public var purgeUpToTs: Int64?
        /// Whether events that this homeserver's users sent go as well.
        public var deleteLocalEvents: Bool

        /// Describes a purge.
        public init(roomID: String, purgeUpToEventID: String? = nil, purgeUpToTs: Int64? = nil, deleteLocalEvents: Bool = false) {
            self.roomID = roomID
            self.purgeUpToEventID = purgeUpToEventID
            self.purgeUpToTs = purgeUpToTs
            self.deleteLocalEvents = deleteLocalEvents
        }

        enum CodingKeys: String, CodingKey {
            case roomID = "room_id"
            case purgeUpToEventID = "purge_up_to_event_id"
            case purgeUpToTs = "purge_up_to_ts"
            case deleteLocalEvents = "delete_local_events"
        }

        /// Missing optional keys take their defaults.
        public init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            roomID = try keys.decode(String.self, forKey: .roomID)
            purgeUpToEventID = try keys.decodeIfPresent(String.self, forKey: .purgeUpToEventID)
            purgeUpToTs = try keys.decodeIfPresent(Int64.self, forKey: .purgeUpToTs)
            deleteLocalEvents = try keys.decodeIfPresent(Bool.self, forKey: .deleteLocalEvents) ?? false
        }
    }

    /// What a purge did.
    public struct Result: Codable, Sendable, Hashable {
        /// Bounded purges that the homeserver completed.
        public var slices: Int
        /// Slices that had nothing to do.
        public var emptySlices: Int

        /// A result.
        public init(slices: Int = 0, emptySlices: Int = 0) {
            self.slices = slices
            self.emptySlices = emptySlices
        }

        enum CodingKeys: String, CodingKey {
            case slices
            case emptySlices = "empty_slices"
        }
    }

    /// Checks that a room and a bound are given.
    public static func validate(_ params: Params) throws {
        guard !params.roomID.isEmpty, params.roomID.utf8.count <= 1024 else {
            throw InvalidParams(field: "room_id", problem: "must be 1 to 1,024 bytes")
        }
        guard params.purgeUpToEventID != nil || params.purgeUpToTs != nil else {
            throw InvalidParams(field: "purge_up_to_event_id", problem: "or purge_up_to_ts must be given")
        }
    }

    /// The task is about which room.
    public static func resourceID(of params: Params) -> String? { params.roomID }
}
