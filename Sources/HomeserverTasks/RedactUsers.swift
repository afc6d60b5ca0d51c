public import Scheduler

/// Redacts what many users have sent: one task for each under this one.
public enum RedactUsers: Action {
    /// `redact_users`.
    public static let name: ActionName = "redact_users"
    /// For people.
    public static let summary = "Redact the events of many users, each in a task of its own"
    /// A redact for each user.
    public static let submits: [ActionName] = [RedactAllEvents.name]
    /// Idempotence is the caller's: an idempotency key makes one task of two requests.
    public static let defaults = ActionDefaults()
    /// The most users of one task.
    public static let mostUsers = 1500

    /// Whose events, and how; the other keys are those of ``RedactAllEvents``.
    public struct Params: Codable, Sendable, Hashable {
        /// Whose events; named twice is named once.
        public var users: [String]
        /// How each is redacted; its user is not looked at.
        public var redact: RedactAllEvents.Params

        /// Describes a redact of many.
        public init(users: [String], redact: RedactAllEvents.Params = RedactAllEvents.Params(userID: "")) {
            self.users = users
            self.redact = redact
            self.redact.userID = ""
            self.redact.parentTaskID = nil
        }

        private enum CodingKeys: String, CodingKey {
            case users
        }

        /// Reads `users`, and the keys of a redact beside it.
        public init(from decoder: any Decoder) throws {
            let users = try decoder.container(keyedBy: CodingKeys.self).decode([String].self, forKey: .users)
            self.init(users: users, redact: try RedactAllEvents.Params(shared: decoder))
        }

        /// Writes them side by side.
        public func encode(to encoder: any Encoder) throws {
            try redact.encodeShared(to: encoder)
            var keys = encoder.container(keyedBy: CodingKeys.self)
            try keys.encode(users, forKey: .users)
        }

        /// The users, each once, in order.
        public var distinctUsers: [String] {
            var seen = Set<String>()
            return users.filter { seen.insert($0).inserted }
        }
    }

    /// Checks every user id, and the rest as a redact of one.
    public static func validate(_ params: Params) throws {
        guard (1...mostUsers).contains(params.distinctUsers.count) else {
            throw InvalidParams(field: "users", problem: "must name 1 to 1,500 users; submit more in further tasks")
        }
        try TextRules.check(users: params.users, "users")
        var one = params.redact
        one.userID = params.users[0]
        try RedactAllEvents.validate(one)
    }
}
