public import Foundation

/// What the bearer of one of Muster's own tokens may do; each role includes the ones before it.
public enum Role: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Look at everything but params.
    case viewer
    /// Submit, cancel and retry too.
    case `operator`
    /// Everything, params and tokens included.
    case admin

    /// Orders by what a role may do.
    public static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .admin: 2
        }
    }
}

/// One of Muster's own tokens, without its secret, which is stored as a hash only.
public struct AccessToken: Sendable {
    /// Its number, for revoking it.
    public var id: Int64
    /// What people call it; shown in the audit log.
    public var name: String
    /// What its bearer may do.
    public var role: Role
    /// When it was made.
    public var createdAt: Date
    /// When it stops working by itself; nil means never.
    public var expiresAt: Date?
    /// When it was revoked.
    public var revokedAt: Date?
}

/// One line of the audit log: a change, who made it, when and from where.
public struct AuditEntry: Sendable {
    /// When, by the database's clock; ignored when writing.
    public var at: Date?
    /// A user id, or `token:` and the token's name, or `cli:` and the system user.
    public var who: String
    /// The address of the caller, or `local`.
    public var origin: String
    /// What was done: `submit`, `cancel`, `retry`, `token_create` and the like.
    public var verb: String
    /// What it was done to: a task id, a token's name.
    public var subject: String
    /// The action concerned, if one is.
    public var action: ActionName?

    /// An entry to be written.
    public init(at: Date? = nil, who: String, origin: String, verb: String, subject: String, action: ActionName? = nil) {
        self.at = at
        self.who = who
        self.origin = origin
        self.verb = verb
        self.subject = subject
        self.action = action
    }

    /// What a change by somebody, from somewhere, is to leave behind; nil when it is not said from where.
    static func line(_ verb: String, _ subject: String, by who: String?, from origin: String?) -> AuditEntry? {
        origin.map { AuditEntry(who: who ?? "unknown", origin: $0, verb: verb, subject: subject) }
    }

    /// The same, with no text longer than its column.
    var bounded: AuditEntry {
        var entry = self
        entry.who = String(who.prefix(250))
        entry.origin = String(origin.prefix(60))
        entry.subject = String(subject.prefix(250))
        return entry
    }
}
