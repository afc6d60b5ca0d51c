import Foundation

extension HomeserverClient {
    /// Asks whose access token this is.
    ///
    /// - Throws: ``HomeserverError`` of kind `client` with status 401 for a token that is unknown, or of a locked user.
    public func whoami(_ token: String) async throws -> UserIdentity {
        try await whoami(as: .token(token))
    }

    /// Asks as whom a caller acts.
    ///
    /// - Parameter isForWorkers: whether to ask where redactions are sent
    public func whoami(as caller: HomeserverCaller, isForWorkers: Bool = false) async throws -> UserIdentity {
        var call = HomeserverCall(
            "tell whose token it is", .get, "/_matrix/client/v3/account/whoami", as: caller, timeout: configuration.timeouts.call)
        call.isForWorkers = isForWorkers
        return try await send(call, decoding: UserIdentity.self)
    }

    /// Whether a user is a server admin, asked with the user's own token.
    ///
    /// Where the homeserver leaves accounts to an authentication service and so has no such endpoint, a harmless admin-only call decides.
    ///
    /// - Returns: false when the homeserver answers 403.
    /// - Throws: ``HomeserverError``; with status 401 for a bad token.
    public func isAdmin(_ userID: String, token: String) async throws -> Bool {
        try await isAdmin(userID, as: .token(token))
    }

    func isAdmin(_ userID: String, as caller: HomeserverCaller) async throws -> Bool {
        struct Answer: Decodable { var admin: Bool }
        do {
            return try await send(
                HomeserverCall(
                    "tell whether a user is a server admin", .get, "/_synapse/admin/v1/users", [userID, "admin"], as: caller,
                    timeout: configuration.timeouts.call),
                decoding: Answer.self
            ).admin
        } catch let error as HomeserverError where error.status == 403 && error.kind == .client {
            return false
        } catch let error as HomeserverError where error.isUnknownEndpoint {
            return try await mayListTasks(as: caller)
        }
    }

    private func mayListTasks(as caller: HomeserverCaller) async throws -> Bool {
        struct Answer: Decodable { var scheduled_tasks: [RemoteTask] }
        do {
            _ = try await send(
                HomeserverCall(
                    "list its tasks", .get, "/_synapse/admin/v1/scheduled_tasks", query: [("max_timestamp", "1")], as: caller,
                    timeout: configuration.timeouts.call),
                decoding: Answer.self)
            return true
        } catch let error as HomeserverError where error.status == 403 && error.kind == .client {
            return false
        }
    }

    /// The homeserver's version, such as `1.163.2`.
    public func serverVersion() async throws -> String {
        struct Answer: Decodable {
            var server_version: String
        }
        return try await send(
            HomeserverCall(
                "tell its version", .get, "/_synapse/admin/v1/server_version", as: .admin, timeout: configuration.timeouts.call),
            decoding: Answer.self
        ).server_version
    }
}
