extension RedactUsers {
    /// What became of the children.
    public struct Result: Codable, Sendable, Hashable {
        /// Users in all.
        public var users: Int
        /// Events redacted, of all users.
        public var redacted: Int
        /// Events that had been redacted before, of all users.
        public var alreadyRedacted: Int
        /// What a dry run found that is readable; nil in others.
        public var wouldRedact: Int?
        /// Users whose redact ended verified.
        public var verified: Int
        /// User id to why their redact did not end complete; not all when there are many.
        public var failedUsers: [String: String]
        /// Failed users that ``failedUsers`` leaves out.
        public var failedUsersOmitted: Int
        /// User id to why a redact that is complete may have left something; not all when there are many.
        public var unverifiedUsers: [String: String]
        /// Such users that ``unverifiedUsers`` leaves out.
        public var unverifiedUsersOmitted: Int

        /// A result.
        public init(
            users: Int, redacted: Int = 0, alreadyRedacted: Int = 0, wouldRedact: Int? = nil, verified: Int = 0,
            failedUsers: [String: String] = [:], failedUsersOmitted: Int = 0, unverifiedUsers: [String: String] = [:],
            unverifiedUsersOmitted: Int = 0
        ) {
            self.users = users
            self.redacted = redacted
            self.alreadyRedacted = alreadyRedacted
            self.wouldRedact = wouldRedact
            self.verified = verified
            self.failedUsers = failedUsers
            self.failedUsersOmitted = failedUsersOmitted
            self.unverifiedUsers = unverifiedUsers
            self.unverifiedUsersOmitted = unverifiedUsersOmitted
        }

        enum CodingKeys: String, CodingKey {
            case users, redacted, verified
            case alreadyRedacted = "already_redacted"
            case wouldRedact = "would_redact"
            case unverifiedUsers = "unverified_users"
            case unverifiedUsersOmitted = "unverified_users_omitted"
            case failedUsers = "failed_users"
            case failedUsersOmitted = "failed_users_omitted"
            case notVerified = "not_verified"
        }

        /// In a sentence each, what may be left; empty when every user's redact is verified.
        public var notVerified: [String] {
            let (failed, doubtful) = (failedUsers.count + failedUsersOmitted, unverifiedUsers.count + unverifiedUsersOmitted)
            return [
                failed > 0 ? "Users whose redact did not complete: \(failed); failed_users says why." : nil,
                doubtful > 0 ? "Users of whom something may be readable: \(doubtful); unverified_users says what." : nil,
            ].compactMap { $0 }
        }

        /// What is in doubt follows from the rest.
        public init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            users = try keys.decode(Int.self, forKey: .users)
            redacted = try keys.decode(Int.self, forKey: .redacted)
            alreadyRedacted = try keys.decode(Int.self, forKey: .alreadyRedacted)
            wouldRedact = try keys.decodeIfPresent(Int.self, forKey: .wouldRedact)
            verified = try keys.decode(Int.self, forKey: .verified)
            failedUsers = try keys.decode([String: String].self, forKey: .failedUsers)
            failedUsersOmitted = try keys.decode(Int.self, forKey: .failedUsersOmitted)
            unverifiedUsers = try keys.decode([String: String].self, forKey: .unverifiedUsers)
            unverifiedUsersOmitted = try keys.decode(Int.self, forKey: .unverifiedUsersOmitted)
        }

        /// Writes `not_verified` where there is something to say.
        public func encode(to encoder: any Encoder) throws {
            var keys = encoder.container(keyedBy: CodingKeys.self)
            try keys.encode(users, forKey: .users)
            try keys.encode(redacted, forKey: .redacted)
            try keys.encode(alreadyRedacted, forKey: .alreadyRedacted)
            try keys.encodeIfPresent(wouldRedact, forKey: .wouldRedact)
            try keys.encode(verified, forKey: .verified)
            try keys.encode(failedUsers, forKey: .failedUsers)
            try keys.encode(failedUsersOmitted, forKey: .failedUsersOmitted)
            try keys.encode(unverifiedUsers, forKey: .unverifiedUsers)
            try keys.encode(unverifiedUsersOmitted, forKey: .unverifiedUsersOmitted)
            if !notVerified.isEmpty { try keys.encode(notVerified, forKey: .notVerified) }
        }
    }
}
