public import Scheduler

/// Asks the homeserver whose access token this is, and whether they are a server admin.
public protocol AdminVerifier: Sendable {
    /// Looks a token up; not cached.
    ///
    /// - Throws: an error when the homeserver cannot be asked; the caller is then told to come back, not that the token is bad.
    func verify(token: String) async throws -> AdminVerdict
}

/// What the homeserver says of a token.
public enum AdminVerdict: Sendable, Hashable {
    /// It belongs to a server admin.
    case admin(userID: String)
    /// It does not; the homeserver's own status (401 or 403) and JSON body, to be passed on.
    case refused(status: Int, body: JSONBytes)
}
