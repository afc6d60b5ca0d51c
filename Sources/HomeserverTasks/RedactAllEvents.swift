public import Scheduler

/// Redacts what a user has sent, room by room.
public enum RedactAllEvents: Action {
    /// `redact_all_events`, as Synapse calls it.
    public static let name: ActionName = "redact_all_events"
    /// For people.
    public static let summary = "Redact a user's events"
    /// What puts a lifted rate limit back; without it the limit is not lifted.
    public static let maySubmit: [ActionName] = [RestoreRateLimit.name]
    /// One unfinished redact a user; no deadline, because a checkpoint makes long runs safe.
    ///
    /// Version 2 came with `dry_run`, which an older build would not see: it would redact. Version 3 came with `*` in `event_types`. The
    /// version tells the params' form in the roll; it does not keep an older build from claiming a task, and one of 0.2.0 takes `*` for a type
    /// that no event has, redacts nothing and calls that verified. So nobody submits `*` before all workers are upgraded.
    public static let defaults = ActionDefaults(uniqueByResource: true, paramsVersion: 3)
    /// The most redactions of one task that are on their way at once.
    public static let mostAtOnce = 12
    /// The most types that ``Params/eventTypes`` names.
    public static let mostTypes = 200
    /// In ``Params/eventTypes``: every type that can be redacted.
    public static let everyType = "*"

    /// The keys of Synapse's endpoint, and whose events.
    public struct Params: Codable, Sendable, Hashable {
        /// Whose events.
        public var userID: String
        /// Only these rooms; empty means every room that the user is joined to or banned from when the task runs.
        public var rooms: [String]
        /// Put into each redaction.
        public var reason: String?
        /// At most so many events a room, newest first; nil or 0 means 1,000, as in Synapse.
        public var limit: Int?
        /// Whether the admin redacts rather than the user.
        public var useAdmin: Bool
        /// Only events at or before this time, in milliseconds since 1970; nil or 0 means no bound.
        public var beforeTs: Int64?
        /// Only events at or after this time.
        public var afterTs: Int64?
        /// Only events of these types; nil means messages, encrypted events and joins, as in Synapse.
        ///
        /// Of `m.room.member` only joins count, unless ``RedactAllEvents/everyType`` is among them.
        public var eventTypes: [String]?
        /// Whether empty `rooms` also means rooms that the user has left or was kicked from.
        public var includeLeftRooms: Bool
        /// Whether to count only, and redact nothing.
        public var dryRun: Bool
        /// How many redactions may be on their way at once, 1 to 12; nil leaves it to the handler.
        ///
        /// Fewer when the homeserver limits calls.
        public var concurrency: Int?
        /// The task that submitted this one; when that is cancelled, this one is.
        public var parentTaskID: String?

        /// Describes a redact.
        public init(
            userID: String, rooms: [String] = [], reason: String? = nil, limit: Int? = nil, useAdmin: Bool = false, beforeTs: Int64? = nil,
            afterTs: Int64? = nil, eventTypes: [String]? = nil, includeLeftRooms: Bool = false, dryRun: Bool = false,
            concurrency: Int? = nil, parentTaskID: String? = nil
        ) {
            self.userID = userID
            self.rooms = rooms
            self.reason = reason
            self.limit = limit
            self.useAdmin = useAdmin
            self.beforeTs = beforeTs
            self.afterTs = afterTs
            self.eventTypes = eventTypes
            self.includeLeftRooms = includeLeftRooms
            self.dryRun = dryRun
            self.concurrency = concurrency
            self.parentTaskID = parentTaskID
        }

        /// The JSON keys.
        enum CodingKeys: String, CodingKey, CaseIterable {
            case userID = "user_id"
            case rooms, reason, limit, concurrency
            case useAdmin = "use_admin"
            case beforeTs = "before_ts"
            case afterTs = "after_ts"
            case eventTypes = "event_types"
            case includeLeftRooms = "include_left_rooms"
            case dryRun = "dry_run"
            case parentTaskID = "parent_task_id"
        }

        /// Missing optional keys take their defaults.
        public init(from decoder: any Decoder) throws {
            try self.init(shared: decoder)
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            userID = try keys.decode(String.self, forKey: .userID)
            parentTaskID = try keys.decodeIfPresent(String.self, forKey: .parentTaskID)
        }

        /// Reads the keys that do not say whose events.
        init(shared decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            userID = ""
            rooms = try keys.decodeIfPresent([String].self, forKey: .rooms) ?? []
            reason = try keys.decodeIfPresent(String.self, forKey: .reason)
            limit = try keys.decodeIfPresent(Int.self, forKey: .limit)
            useAdmin = try keys.decodeIfPresent(Bool.self, forKey: .useAdmin) ?? false
            beforeTs = try keys.decodeIfPresent(Int64.self, forKey: .beforeTs)
            afterTs = try keys.decodeIfPresent(Int64.self, forKey: .afterTs)
            eventTypes = try keys.decodeIfPresent([String].self, forKey: .eventTypes)
            includeLeftRooms = try keys.decodeIfPresent(Bool.self, forKey: .includeLeftRooms) ?? false
            dryRun = try keys.decodeIfPresent(Bool.self, forKey: .dryRun) ?? false
            concurrency = try keys.decodeIfPresent(Int.self, forKey: .concurrency)
        }

        /// Writes all keys.
        public func encode(to encoder: any Encoder) throws {
            try encodeShared(to: encoder)
            var keys = encoder.container(keyedBy: CodingKeys.self)
            try keys.encode(userID, forKey: .userID)
            try keys.encodeIfPresent(parentTaskID, forKey: .parentTaskID)
        }

        /// Writes the keys that do not say whose events.
        func encodeShared(to encoder: any Encoder) throws {
            var keys = encoder.container(keyedBy: CodingKeys.self)
            try keys.encode(rooms, forKey: .rooms)
            try keys.encodeIfPresent(reason, forKey: .reason)
            try keys.encodeIfPresent(limit, forKey: .limit)
            try keys.encode(useAdmin, forKey: .useAdmin)
            try keys.encodeIfPresent(beforeTs, forKey: .beforeTs)
            try keys.encodeIfPresent(afterTs, forKey: .afterTs)
            try keys.encodeIfPresent(eventTypes, forKey: .eventTypes)
            try keys.encode(includeLeftRooms, forKey: .includeLeftRooms)
            try keys.encode(dryRun, forKey: .dryRun)
            try keys.encodeIfPresent(concurrency, forKey: .concurrency)
        }
    }

    /// Checks the user id, the bounds and the limit.
    public static func validate(_ params: Params) throws {
        try TextRules.check(user: params.userID, "user_id")
        // What is no room id is left to the handler, which says so for each room: Synapse takes it too.
        try TextRules.check(ids: params.rooms, "rooms")
        try TextRules.check(params.reason, "reason")
        try TextRules.check(task: params.parentTaskID, "parent_task_id")
        if let limit = params.limit, limit < 0 { throw InvalidParams(field: "limit", problem: "must not be negative") }
        try Moments.check(params.beforeTs, "before_ts")
        try Moments.check(params.afterTs, "after_ts")
        if let before = params.beforeTs, let after = params.afterTs, before > 0, after > before {
            throw InvalidParams(field: "after_ts", problem: "must not be later than before_ts: no event lies between")
        }
        if let concurrency = params.concurrency, !(1...mostAtOnce).contains(concurrency) {
            throw InvalidParams(field: "concurrency", problem: "must be 1 to \(mostAtOnce)")
        }
        if let types = params.eventTypes { try validate(types) }
    }

    /// Types whose redaction the homeserver refuses, or which are redactions themselves.
    public static let unredactable: Set = ["m.room.create", "m.room.server_acl", "m.room.redaction"]

    private static func validate(_ types: [String]) throws {
        guard (1...mostTypes).contains(types.count) else {
            throw InvalidParams(field: "event_types", problem: "must name 1 to \(mostTypes) types, or be left out")
        }
        for type in types where type != everyType {
            guard (1...255).contains(type.utf8.count), !type.utf8.contains(0), !type.contains("*") else {
                throw InvalidParams(
                    field: "event_types", problem: "must hold types of 1 to 255 bytes; the only wildcard is * alone, for all of them")
            }
            guard !unredactable.contains(type) else {
                throw InvalidParams(field: "event_types", problem: "holds a type that cannot be redacted: \(type)")
            }
        }
    }

    /// The task is about whose events.
    public static func resourceID(of params: Params) -> String? { params.userID }
}
