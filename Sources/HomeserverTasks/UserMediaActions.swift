public import Scheduler

/// Which user a task is about.
public struct UserParams: Codable, Sendable, Hashable {
    /// The user.
    public var userID: String

    /// Names a user.
    public init(userID: String) { self.userID = userID }

    enum CodingKeys: String, CodingKey {
        case userID = "user_id"
    }

    static func validate(_ userID: String) throws { try TextRules.check(user: userID, "user_id") }
}

/// Deletes everything that a local user has uploaded, all pages of it.
public enum DeleteUserMedia: Action {
    /// `delete_user_media`.
    public static let name: ActionName = "delete_user_media"
    /// For people.
    public static let summary = "Delete all media that a user has uploaded"
    /// One unfinished task a user.
    public static let defaults = ActionDefaults(uniqueByResource: true)
    /// Whose media.
    public typealias Params = UserParams

    /// What was deleted.
    public struct Result: Codable, Sendable, Hashable {
        /// Files deleted by this task.
        public var deleted: Int

        /// A result.
        public init(deleted: Int) { self.deleted = deleted }
    }

    /// Checks the user id.
    public static func validate(_ params: Params) throws { try UserParams.validate(params.userID) }
    /// The task is about whose media.
    public static func resourceID(of params: Params) -> String? { params.userID }
}

/// Takes everything that a local user has uploaded out of circulation, and keeps it.
public enum QuarantineUserMedia: Action {
    /// `quarantine_user_media`.
    public static let name: ActionName = "quarantine_user_media"
    /// For people.
    public static let summary = "Quarantine all media that a user has uploaded"
    /// One unfinished task a user.
    public static let defaults = ActionDefaults(uniqueByResource: true)
    /// Whose media.
    public typealias Params = UserParams

    /// What was quarantined.
    public struct Result: Codable, Sendable, Hashable {
        /// Files quarantined by the last call; those that were before do not count.
        public var quarantined: Int

        /// A result.
        public init(quarantined: Int) { self.quarantined = quarantined }
    }

    /// Checks the user id.
    public static func validate(_ params: Params) throws { try UserParams.validate(params.userID) }
    /// The task is about whose media.
    public static func resourceID(of params: Params) -> String? { params.userID }
}

/// Deletes copies of other servers' media that nobody has asked for since a time.
public enum PurgeMediaCache: Action {
    /// `purge_media_cache`.
    public static let name: ActionName = "purge_media_cache"
    /// For people.
    public static let summary = "Delete cached media of other servers that were last used before a time"
    /// Several may wait; a second one finds little to do.
    public static let defaults = ActionDefaults()

    /// Until when.
    public struct Params: Codable, Sendable, Hashable {
        /// Last used before this time, in milliseconds since 1970.
        public var beforeTs: Int64

        /// Names a time.
        public init(beforeTs: Int64) { self.beforeTs = beforeTs }

        enum CodingKeys: String, CodingKey {
            case beforeTs = "before_ts"
        }
    }

    /// What was deleted.
    public struct Result: Codable, Sendable, Hashable {
        /// Files deleted by the last call.
        public var deleted: Int

        /// A result.
        public init(deleted: Int) { self.deleted = deleted }
    }

    /// Checks that the time is in milliseconds, as Synapse does.
    public static func validate(_ params: Params) throws {
        guard params.beforeTs >= Moments.earliest else { throw InvalidParams(field: "before_ts", problem: Moments.inSeconds) }
    }
}
