import Foundation

/// A user's own rate limit, in place of the homeserver's general one; zeros mean no limit.
public struct RateLimitOverride: Sendable, Hashable, Codable {
    /// Messages that come back each second.
    public var messagesPerSecond: Int
    /// Messages that may be sent at once.
    public var burstCount: Int

    /// A limit.
    public init(messagesPerSecond: Int, burstCount: Int) {
        self.messagesPerSecond = messagesPerSecond
        self.burstCount = burstCount
    }

    private enum CodingKeys: String, CodingKey {
        case messagesPerSecond = "messages_per_second"
        case burstCount = "burst_count"
    }
}

extension HomeserverClient {
    /// A user's own rate limit; nil when the general one holds.
    public func rateLimitOverride(of userID: String) async throws -> RateLimitOverride? {
        try await send(rateLimitCall(userID, .get), decoding: RateLimitAnswer.self).limit
    }

    /// Gives a user an own rate limit, or with nil takes it away; lasting state of the homeserver, which whoever sets it must restore.
    public func setRateLimitOverride(_ limit: RateLimitOverride?, of userID: String) async throws {
        if let limit {
            _ = try await send(rateLimitCall(userID, .post, body: try encode(limit)), decoding: RateLimitOverride.self)
        } else {
            try await send(rateLimitCall(userID, .delete))
        }
    }

    private func rateLimitCall(_ userID: String, _ method: HomeserverCall.Method, body: Data? = nil) -> HomeserverCall {
        HomeserverCall(
            "read or set a user's rate limit", method, "/_synapse/admin/v1/users", [userID, "override_ratelimit"], body: body, as: .admin,
            timeout: configuration.timeouts.call)
    }
}

/// Both keys, or an empty object for a user without a limit of their own.
private struct RateLimitAnswer: Decodable {
    var limit: RateLimitOverride?

    init(from decoder: any Decoder) throws {
        if (try? EmptyAnswer(from: decoder)) == nil { limit = try RateLimitOverride(from: decoder) }
    }
}
