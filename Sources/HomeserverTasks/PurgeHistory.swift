public import Scheduler

/// Removes a room's old events from the homeserver's database.
public enum PurgeHistory: Action {
    /// `purge_history`, as Synapse calls it.
    public static let name: ActionName = "purge_history"
    /// For people.
    public static let summary = "Purge a room's history up to an event or a time"
    /// Several purges of one room may wait: they take turns by the room's exclusive key.
    ///
    /// Version 2 came with `window`, which an older build would not see: it would purge by day.
    public static let defaults = ActionDefaults(paramsVersion: 2)
    /// The longest pause between two slices.
    public static let longestPauseMs = 600_000

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
        /// The pause between two slices, in milliseconds; nil leaves it to the handler.
        public var pauseMs: Int?
        /// The hours of a day in which slices are purged, such as `02:00-05:00`; nil means all.
        public var window: String?
        /// Whose hours these are, such as `Europe/Zurich`; nil means UTC.
        public var timeZone: String?
        /// The task that submitted this one; when that is cancelled, this one is.
        public var parentTaskID: String?

        /// Describes a purge.
        public init(
            roomID: String, purgeUpToEventID: String? = nil, purgeUpToTs: Int64? = nil, deleteLocalEvents: Bool = false,
            pauseMs: Int? = nil, window: String? = nil, timeZone: String? = nil, parentTaskID: String? = nil
        ) {
            self.roomID = roomID
            self.purgeUpToEventID = purgeUpToEventID
            self.purgeUpToTs = purgeUpToTs
            self.deleteLocalEvents = deleteLocalEvents
            self.pauseMs = pauseMs
            self.window = window
            self.timeZone = timeZone
            self.parentTaskID = parentTaskID
        }

        enum CodingKeys: String, CodingKey, CaseIterable {
            case roomID = "room_id"
            case purgeUpToEventID = "purge_up_to_event_id"
            case purgeUpToTs = "purge_up_to_ts"
            case deleteLocalEvents = "delete_local_events"
            case pauseMs = "pause_ms"
            case window
            case timeZone = "time_zone"
            case parentTaskID = "parent_task_id"
        }

        /// Missing optional keys take their defaults.
        public init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            roomID = try keys.decode(String.self, forKey: .roomID)
            purgeUpToEventID = try keys.decodeIfPresent(String.self, forKey: .purgeUpToEventID)
            purgeUpToTs = try keys.decodeIfPresent(Int64.self, forKey: .purgeUpToTs)
            deleteLocalEvents = try keys.decodeIfPresent(Bool.self, forKey: .deleteLocalEvents) ?? false
            pauseMs = try keys.decodeIfPresent(Int.self, forKey: .pauseMs)
            window = try keys.decodeIfPresent(String.self, forKey: .window)
            timeZone = try keys.decodeIfPresent(String.self, forKey: .timeZone)
            parentTaskID = try keys.decodeIfPresent(String.self, forKey: .parentTaskID)
        }
    }

    /// What a purge did.
    public struct Result: Codable, Sendable, Hashable {
        /// Bounded purges that the homeserver completed.
        public var slices: Int
        /// Slices that had nothing to do.
        public var emptySlices: Int
        /// Purges that the homeserver forgot before they had ended, and which were checked or done again.
        public var forgotten: Int
        /// Events, by estimate, of a slice that the homeserver was still at when the task was cancelled: they go as well; nil when there was none.
        public var underWay: Int?

        /// A result.
        public init(slices: Int = 0, emptySlices: Int = 0, forgotten: Int = 0, underWay: Int? = nil) {
            self.slices = slices
            self.emptySlices = emptySlices
            self.forgotten = forgotten
            self.underWay = underWay
        }

        enum CodingKeys: String, CodingKey {
            case slices, forgotten
            case emptySlices = "empty_slices"
            case underWay = "under_way"
        }
    }

    /// Checks that a room and a bound are given.
    public static func validate(_ params: Params) throws {
        try TextRules.check(room: params.roomID, "room_id")
        try TextRules.check(event: params.purgeUpToEventID, "purge_up_to_event_id")
        try TextRules.check(task: params.parentTaskID, "parent_task_id")
        guard params.purgeUpToEventID != nil || params.purgeUpToTs != nil else {
            throw InvalidParams(field: "purge_up_to_event_id", problem: "or purge_up_to_ts must be given")
        }
        try Moments.check(params.purgeUpToTs, "purge_up_to_ts")
        try validate(pauseMs: params.pauseMs)
        try TimeWindow.check(params.window, timeZone: params.timeZone)
    }

    /// The earliest `purge_up_to_ts` but 0, in milliseconds since 1970: nothing is older, and what is less was meant in seconds.
    public static let earliest = Moments.earliest

    static func validate(pauseMs: Int?) throws {
        guard let pauseMs, !(0...longestPauseMs).contains(pauseMs) else { return }
        throw InvalidParams(field: "pause_ms", problem: "must be 0 to 600,000 milliseconds")
    }

    /// The task is about which room.
    public static func resourceID(of params: Params) -> String? { params.roomID }
}
