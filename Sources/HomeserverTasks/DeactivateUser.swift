public import Scheduler

/// Closes a local user's account: ends all sessions and leaves all rooms.
public enum DeactivateUser: Action {
    /// `deactivate_user`.
    public static let name: ActionName = "deactivate_user"
    /// For people.
    public static let summary = "Deactivate a user, and wait until they have left all rooms"
    /// One unfinished task a user.
    ///
    /// Version 2 came with `parent_task_id`, which an older build would not see: it would deactivate although the parent is cancelled.
    public static let defaults = ActionDefaults(uniqueByResource: true, paramsVersion: 2)

    /// Synapse's keys, and which user.
    public struct Params: Codable, Sendable, Hashable {
        /// The user.
        public var userID: String
        /// Whether what they sent is hidden from those who join rooms later, and their profile goes.
        public var erase: Bool
        /// The task that submitted this one; when that is cancelled, this one is.
        public var parentTaskID: String?

        /// Describes a deactivation.
        public init(userID: String, erase: Bool = false, parentTaskID: String? = nil) {
            self.userID = userID
            self.erase = erase
            self.parentTaskID = parentTaskID
        }

        enum CodingKeys: String, CodingKey {
            case userID = "user_id"
            case erase
            case parentTaskID = "parent_task_id"
        }

        /// Missing optional keys take Synapse's defaults.
        public init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            userID = try keys.decode(String.self, forKey: .userID)
            erase = try keys.decodeIfPresent(Bool.self, forKey: .erase) ?? false
            parentTaskID = try keys.decodeIfPresent(String.self, forKey: .parentTaskID)
        }
    }

    /// What was done; `id_server_unbind_result` is Synapse's key.
    public struct Result: Codable, Sendable, Hashable {
        /// `success` or `no-support`.
        public var idServerUnbindResult: String
        /// Rooms that the homeserver could not make the user leave.
        public var roomsLeftOver: Int

        /// A result.
        public init(idServerUnbindResult: String, roomsLeftOver: Int = 0) {
            self.idServerUnbindResult = idServerUnbindResult
            self.roomsLeftOver = roomsLeftOver
        }

        /// In a sentence each, what was not reached.
        public var notVerified: [String] {
            roomsLeftOver == 0 ? [] : ["The user is still in \(roomsLeftOver) rooms; submit the deactivation again."]
        }

        /// Writes `not_verified` where there is something to say.
        public func encode(to encoder: any Encoder) throws {
            var keys = encoder.container(keyedBy: CodingKeys.self)
            try keys.encode(idServerUnbindResult, forKey: .idServerUnbindResult)
            try keys.encode(roomsLeftOver, forKey: .roomsLeftOver)
            if !notVerified.isEmpty { try keys.encode(notVerified, forKey: .notVerified) }
        }

        /// What is in doubt follows from the rest.
        public init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            idServerUnbindResult = try keys.decode(String.self, forKey: .idServerUnbindResult)
            roomsLeftOver = try keys.decode(Int.self, forKey: .roomsLeftOver)
        }

        enum CodingKeys: String, CodingKey {
            case idServerUnbindResult = "id_server_unbind_result"
            case roomsLeftOver = "rooms_left_over"
            case notVerified = "not_verified"
        }
    }

    /// Checks the ids.
    public static func validate(_ params: Params) throws {
        try UserParams.validate(params.userID)
        try TextRules.check(task: params.parentTaskID, "parent_task_id")
    }

    /// The task is about whose account.
    public static func resourceID(of params: Params) -> String? { params.userID }
}

/// Redacts what a local user has sent, deactivates the account, and redacts what came in between.
public enum RedactAndDeactivateUser: Action {
    /// `redact_and_deactivate_user`.
    public static let name: ActionName = "redact_and_deactivate_user"
    /// For people.
    public static let summary = "Redact a user's events everywhere, then deactivate the account"
    /// Its steps.
    public static let submits: [ActionName] = [RedactAllEvents.name, DeactivateUser.name]
    /// One unfinished task a user.
    public static let defaults = ActionDefaults(uniqueByResource: true)

    /// The user, how to redact and how to deactivate.
    public struct Params: Codable, Sendable, Hashable {
        /// The user.
        public var userID: String
        /// Put into each redaction.
        public var reason: String?
        /// At most so many events a room; nil means all.
        public var limit: Int?
        /// As in ``DeactivateUser``.
        public var erase: Bool

        /// Describes the chain.
        public init(userID: String, reason: String? = nil, limit: Int? = nil, erase: Bool = false) {
            self.userID = userID
            self.reason = reason
            self.limit = limit
            self.erase = erase
        }

        enum CodingKeys: String, CodingKey {
            case userID = "user_id"
            case reason, limit, erase
        }

        /// Missing optional keys take their defaults.
        public init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            userID = try keys.decode(String.self, forKey: .userID)
            reason = try keys.decodeIfPresent(String.self, forKey: .reason)
            limit = try keys.decodeIfPresent(Int.self, forKey: .limit)
            erase = try keys.decodeIfPresent(Bool.self, forKey: .erase) ?? false
        }
    }

    /// What the steps did.
    public struct Result: Codable, Sendable, Hashable {
        /// Events redacted before and after the deactivation.
        public var redacted: Int
        /// Whether the last redact found nothing readable left, and the user has left all rooms.
        public var verified: Bool
        /// In a sentence each, what may be left; empty when ``verified``.
        public var notVerified: [String]
        /// In a sentence each, what stays because nobody asked for it.
        public var notes: [String]
        /// The tasks of the steps, in order: redact, deactivate, redact.
        public var tasks: [String]

        /// A result.
        public init(redacted: Int, verified: Bool, notVerified: [String] = [], notes: [String] = [], tasks: [String]) {
            self.redacted = redacted
            self.verified = verified
            self.notVerified = notVerified
            self.notes = notes
            self.tasks = tasks
        }

        enum CodingKeys: String, CodingKey {
            case redacted, verified, notes, tasks
            case notVerified = "not_verified"
        }

        /// What an older build stored gives no reasons.
        public init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            redacted = try keys.decode(Int.self, forKey: .redacted)
            verified = try keys.decode(Bool.self, forKey: .verified)
            notVerified = try keys.decodeIfPresent([String].self, forKey: .notVerified) ?? []
            notes = try keys.decodeIfPresent([String].self, forKey: .notes) ?? []
            tasks = try keys.decode([String].self, forKey: .tasks)
        }
    }

    /// Checks the user id and the limit.
    public static func validate(_ params: Params) throws {
        try UserParams.validate(params.userID)
        try TextRules.check(params.reason, "reason")
        if let limit = params.limit, limit < 0 { throw InvalidParams(field: "limit", problem: "must not be negative") }
    }

    /// The task is about which user.
    public static func resourceID(of params: Params) -> String? { params.userID }
}
