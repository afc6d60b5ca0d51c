public import Scheduler

/// Who a request comes from, and what they may do.
public struct Principal: Sendable, Hashable {
    /// A homeserver admin's user id, or `token:` and the name of one of Muster's own tokens.
    public let name: String
    /// What they may do; homeserver admins may do everything.
    public let role: Role

    /// A known caller.
    public init(name: String, role: Role) {
        self.name = name
        self.role = role
    }
}

extension Principal {
    /// The answer to a request that needs a higher role: only one of Muster's own tokens can have too low a one.
    func mayNot(_ needed: Role) -> APIError {
        APIError(.forbidden, "M_FORBIDDEN", "This token has the role \(role.rawValue), and this needs \(needed.rawValue).")
    }
}
