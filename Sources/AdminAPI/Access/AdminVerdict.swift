import HomeserverClient
import Hummingbird

/// What the homeserver says of an access token.
enum AdminVerdict: Sendable {
    /// It belongs to a server admin.
    case admin(userID: String)
    /// It does not; the homeserver's 401 or 403, to be passed on.
    case refused(APIError)
}

extension HomeserverClient {
    /// Asks whose token this is, and whether they are a server admin.
    ///
    /// - Throws: an error when the homeserver cannot be asked; the caller is then told to come back, not that the token is bad.
    func verdict(onToken token: String) async throws -> AdminVerdict {
        do {
            let identity = try await whoami(token)
            guard try await isAdmin(identity.userID, token: token) else {
                return .refused(APIError(.forbidden, "M_FORBIDDEN", "You are not a server admin"))
            }
            return .admin(userID: identity.userID)
        } catch let error as HomeserverError where error.kind == .client && (error.status == 401 || error.status == 403) {
            var members: [String: JSONValue] = [:]
            if let softLogout = error.softLogout { members["soft_logout"] = .bool(softLogout) }
            return .refused(
                APIError(
                    error.status == 403 ? .forbidden : .unauthorized, error.errcode ?? "M_UNKNOWN_TOKEN",
                    error.serverText ?? "Invalid access token passed.", members: members))
        }
    }
}
