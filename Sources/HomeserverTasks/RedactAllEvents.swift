public import Scheduler

/// Redacts what a user has sent, room by room.
public enum RedactAllEvents: Action {
    /// `redact_all_events`, as Synapse calls it.
    public static let name: ActionName = "redact_all_events"
    /// For people.
    public static let summary = "Redact a user's events"
    /// One unfinished redact a user; no deadline, because a checkpoint makes long runs safe.
    public static let defaults = ActionDefaults(uniqueByResource: true)

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

        /// Describes a redact.
        public init(
            userID: String, rooms: [String] = [], reason: String? = nil, limit: Int? = nil, useAdmin: Bool = false, beforeTs: Int64? = nil,
            afterTs: Int64? = nil
        ) {
            self.userID = userID
            self.rooms = rooms
            self.reason = reason
            self.limit = limit
            self.useAdmin = useAdmin
            self.beforeTs = beforeTs
            self.afterTs = afterTs
        }

        /// The JSON keys.
        enum CodingKeys: String, CodingKey {
            case userID = "user_id"
            case rooms, reason, limit
            case useAdmin = "use_admin"
            case beforeTs = "before_ts"
            case afterTs = "after_ts"
        }

        /// Missing optional keys take their defaults.
        public init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            userID = try keys.decode(String.self, forKey: .userID)
            rooms = try keys.decodeIfPresent([String].self, forKey: .rooms) ?? []
            reason = try keys.decodeIfPresent(String.self, forKey: .reason)
            limit = try keys.decodeIfPresent(Int.self, forKey: .limit)
            useAdmin = try keys.decodeIfPresent(Bool.self, forKey: .useAdmin) ?? false
            beforeTs = try keys.decodeIfPresent(Int64.self, forKey: .beforeTs)
            afterTs = try keys.decodeIfPresent(Int64.self, forKey: .afterTs)
        }
    }

    /// What a redact did; `failed_redactions` is Synapse's key.
    public struct Result: Codable, Sendable, Hashable {
        /// Event id to why it could not be redacted.
        public var failedRedactions: [String: String]
        /// Events redacted by this task.
        public var redacted: Int
        /// Events that had been redacted before.
        public var alreadyRedacted: Int
        /// Rooms looked at.
        public var rooms: Int
        /// Room id to why nothing could be done there.
        public var failedRooms: [String: String]
        /// Whether a last look found nothing left that this task was to redact.
        public var verified: Bool

        /// A result.
        public init(
            failedRedactions: [String: String] = [:], redacted: Int = 0, alreadyRedacted: Int = 0, rooms: Int = 0,
            failedRooms: [String: String] = [:], verified: Bool = false
        ) {
            self.failedRedactions = failedRedactions
            self.redacted = redacted
            self.alreadyRedacted = alreadyRedacted
            self.rooms = rooms
            self.failedRooms = failedRooms
            self.verified = verified
        }

        enum CodingKeys: String, CodingKey {
            case failedRedactions = "failed_redactions"
            case redacted
            case alreadyRedacted = "already_redacted"
            case rooms
            case failedRooms = "failed_rooms"
            case verified
        }
    }

    /// Checks the user id, the bounds and the limit.
    public static func validate(_ params: Params) throws {
        guard MatrixID.isUser(params.userID) else {
            throw InvalidParams(field: "user_id", problem: "is not a user id of the form @name:server")
        }
        if let limit = params.limit, limit < 0 { throw InvalidParams(field: "limit", problem: "must not be negative") }
        if let before = params.beforeTs, before < 0 { throw InvalidParams(field: "before_ts", problem: "must not be negative") }
        if let after = params.afterTs, after < 0 { throw InvalidParams(field: "after_ts", problem: "must not be negative") }
        for room in params.rooms where room.utf8.count > 1024 {
            throw InvalidParams(field: "rooms", problem: "holds an id of over 1,024 bytes")
        }
    }

    /// The task is about whose events.
    public static func resourceID(of params: Params) -> String? { params.userID }
}
