/// How far a task of the homeserver's own scheduler is.
public enum RemoteStatus: String, Sendable, Hashable, Codable {
    /// Not begun.
    case scheduled
    /// Running; a homeserver that was killed still says so.
    case active
    /// Over, with success.
    case complete
    /// Over, without.
    case failed
    /// Stopped.
    case cancelled

    /// Whether it is over.
    public var isFinished: Bool { self != .scheduled && self != .active }
}

/// A task of the homeserver's own scheduler, as its status endpoints and its list show it.
public struct RemoteTask: Sendable, Hashable, Decodable {
    /// Its id.
    public var id: String?
    /// Such as `shutdown_and_purge_room`.
    public var action: String?
    /// How far it is.
    public var status: RemoteStatus
    /// Why it failed.
    public var error: String?
    /// The room or user that it is about.
    public var resourceID: String?
    /// When its status changed last, in milliseconds since 1970.
    public var timestampMs: Int64?
    /// Events that a redact could not redact, with the reason.
    public var failedRedactions: [String: String]

    /// A task.
    public init(
        id: String? = nil, action: String? = nil, status: RemoteStatus, error: String? = nil, resourceID: String? = nil,
        timestampMs: Int64? = nil, failedRedactions: [String: String] = [:]
    ) {
        self.id = id
        self.action = action
        self.status = status
        self.error = error
        self.resourceID = resourceID
        self.timestampMs = timestampMs
        self.failedRedactions = failedRedactions
    }

    private enum CodingKeys: String, CodingKey {
        case id, action, status, error
        case resourceID = "resource_id"
        case timestampMs = "timestamp_ms"
        case failedRedactions = "failed_redactions"
    }

    /// Reads a status answer or an entry of the list; missing keys stay empty.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        id = try keys.decodeIfPresent(String.self, forKey: .id)
        action = try keys.decodeIfPresent(String.self, forKey: .action)
        status = try keys.decode(RemoteStatus.self, forKey: .status)
        error = try keys.decodeIfPresent(String.self, forKey: .error)
        resourceID = try keys.decodeIfPresent(String.self, forKey: .resourceID)
        timestampMs = try keys.decodeIfPresent(Int64.self, forKey: .timestampMs)
        failedRedactions = try keys.decodeIfPresent([String: String].self, forKey: .failedRedactions) ?? [:]
    }
}

/// A redact's status, which lists what failed, be it nothing, once the redact is complete.
struct RedactStatus: Decodable {
    let task: RemoteTask

    private enum CodingKeys: String, CodingKey {
        case failedRedactions = "failed_redactions"
    }

    init(from decoder: any Decoder) throws {
        task = try RemoteTask(from: decoder)
        if task.status == .complete {
            _ = try decoder.container(keyedBy: CodingKeys.self).decode([String: String].self, forKey: .failedRedactions)
        }
    }
}

/// A room delete of the homeserver.
public struct RemoteRoomDelete: Sendable, Hashable, Decodable {
    /// What a delete has done so far: the homeserver's `shutdown_room`.
    public struct Shutdown: Sendable, Hashable, Codable {
        /// Local users who were removed.
        public var kickedUsers: [String]
        /// Local users who could not be removed.
        public var failedToKickUsers: [String]
        /// Aliases that moved.
        public var localAliases: [String]
        /// The new room.
        public var newRoomID: String?

        private enum CodingKeys: String, CodingKey {
            case kickedUsers = "kicked_users"
            case failedToKickUsers = "failed_to_kick_users"
            case localAliases = "local_aliases"
            case newRoomID = "new_room_id"
        }
    }

    /// Its id.
    public var deleteID: String
    /// How far it is.
    public var status: RemoteStatus
    /// What it did; nil at first.
    public var shutdown: Shutdown?
    /// Why it failed, where the homeserver says so.
    public var error: String?

    private enum CodingKeys: String, CodingKey {
        case deleteID = "delete_id"
        case status, error
        case shutdown = "shutdown_room"
    }
}
