extension HomeserverClient {
    /// Whether an authentication service keeps the accounts, so that a deactivation at the homeserver does not close them there.
    ///
    /// Told by a call about accounts that such a homeserver does not have.
    ///
    /// - Parameter adminID: whose the admin token is
    public func leavesAccountsToService(adminID: String) async throws -> Bool {
        struct Answer: Decodable { var admin: Bool }
        do {
            _ = try await send(
                HomeserverCall(
                    "tell whether a user is a server admin", .get, "/_synapse/admin/v1/users", [adminID, "admin"], as: .admin,
                    timeout: configuration.timeouts.call),
                decoding: Answer.self)
            return false
        } catch let error as HomeserverError where error.isUnknownEndpoint {
            return true
        }
    }
}
