/// Whose token it is.
public struct UserIdentity: Sendable, Hashable, Decodable {
    /// The user.
    public var userID: String
    /// Whether it is a guest.
    public var isGuest: Bool
    /// The device, if the token has one.
    public var deviceID: String?

    private enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case isGuest = "is_guest"
        case deviceID = "device_id"
    }

    /// Reads the answer of whoami.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        userID = try keys.decode(String.self, forKey: .userID)
        guard userID.hasPrefix("@") else {
            throw DecodingError.dataCorruptedError(forKey: .userID, in: keys, debugDescription: "no user id")
        }
        isGuest = try keys.decodeIfPresent(Bool.self, forKey: .isGuest) ?? false
        deviceID = try keys.decodeIfPresent(String.self, forKey: .deviceID)
    }
}

/// How a user stands to rooms.
public struct UserMemberships: Sendable, Hashable {
    /// Room id to `join`, `leave`, `ban`, `invite` or `knock`.
    public var rooms: [String: String]
    /// Whether rooms that are not joined are missing, because the homeserver is too old to tell.
    public var joinedOnly: Bool

    /// Memberships.
    public init(rooms: [String: String], joinedOnly: Bool) {
        self.rooms = rooms
        self.joinedOnly = joinedOnly
    }
}
