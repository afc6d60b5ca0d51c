import FoundationEssentials

/// An account of the homeserver, logged in on a device of its own.
public struct SynapseUser: Sendable, Hashable {
    /// The full user id.
    public let id: String
    /// The access token of its device.
    public let token: String

    /// An account that is there already.
    public init(id: String, token: String) {
        self.id = id
        self.token = token
    }
}

extension SynapseClient {
    /// Makes an account whose name nobody else has: `prefix` and a random part.
    public func makeUser(_ prefix: String = "user") async throws -> SynapseUser {
        struct Account: Encodable {
            let password: String
        }
        struct Identifier: Encodable {
            let type = "m.id.user"
            let user: String
        }
        struct Login: Encodable {
            let type = "m.login.password"
            let identifier: Identifier
            let password: String
        }
        struct Session: Decodable {
            let access_token: String
        }
        let id = "@\(prefix)-\(UUID().uuidString.lowercased().prefix(12)):\(serverName)"
        let password = UUID().uuidString
        try await require("PUT", "/_synapse/admin/v2/users/\(encoded(id))", body: Account(password: password))
        let reply = try await require(
            "POST", "/_matrix/client/v3/login", body: Login(identifier: Identifier(user: id), password: password))
        return SynapseUser(id: id, token: try reply.decode(Session.self).access_token)
    }

    /// Gives one user a rate limit on what it sends; nobody else is slowed down.
    public func limitRate(of user: SynapseUser, perSecond: Int, burst: Int) async throws {
        struct Limit: Encodable {
            let messages_per_second: Int
            let burst_count: Int
        }
        try await require(
            "POST", "/_synapse/admin/v1/users/\(encoded(user.id))/override_ratelimit",
            body: Limit(messages_per_second: perSecond, burst_count: burst))
    }

    /// A rate limit of one user.
    public struct Limit: Sendable, Decodable, Equatable {
        let messages_per_second: Int?
        let burst_count: Int?

        /// So much.
        public init(messages_per_second: Int?, burst_count: Int?) {
            self.messages_per_second = messages_per_second
            self.burst_count = burst_count
        }
    }

    /// The rate limit that one user has of its own.
    public func limit(of user: SynapseUser) async throws -> Limit {
        try await require("GET", "/_synapse/admin/v1/users/\(encoded(user.id))/override_ratelimit").decode(Limit.self)
    }

    /// Deactivates an account, which leaves all its rooms.
    public func deactivate(_ user: SynapseUser) async throws {
        try await require("POST", "/_synapse/admin/v1/deactivate/\(encoded(user.id))", body: ["erase": false])
    }

    /// Every room that a user has ever been in, with its membership: `join`, `leave`, `ban`, `invite` or `knock`.
    public func memberships(of user: SynapseUser) async throws -> [String: String] {
        struct Answer: Decodable {
            let memberships: [String: String]
        }
        return try await require("GET", "/_synapse/admin/v1/users/\(encoded(user.id))/memberships").decode(Answer.self).memberships
    }
}
