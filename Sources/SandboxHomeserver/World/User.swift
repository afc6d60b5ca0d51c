/// One account, or a user of another server that has been seen here.
struct User: Sendable {
    let id: String
    let isLocal: Bool
    var isAdmin = false
    var isLocked = false
    var isDeactivated = false
    var devices: Set<String> = []
    var rateOverride: RateOverride?
    var bucket: TokenBucket?
    /// Ids of uploaded files, oldest first.
    var media: [String] = []
    var quarantinedMedia: Set<String> = []
}

/// A per-user rate limit set by an admin; zero messages a second means no limit.
struct RateOverride: Sendable, Equatable {
    var messagesPerSecond: Int
    var burstCount: Int
}

/// What an access token stands for.
struct Session: Sendable {
    let userID: String
    /// Tokens that an admin got for somebody else belong to no device.
    let deviceID: String?
    let validUntilMilliseconds: Int?
}

/// Who makes a call, after the token was looked at.
struct Requester: Sendable {
    let userID: String
    let deviceID: String?
    let isApplicationService: Bool
}
