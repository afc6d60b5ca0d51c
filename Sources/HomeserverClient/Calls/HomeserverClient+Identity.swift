import Foundation

extension HomeserverClient {
    /// Asks whose access token this is.
    ///
    /// - Throws: ``HomeserverError`` of kind `client` with status 401 for a token that is unknown, or of a locked user.
    public func whoami(_ token: String) async throws -> UserIdentity {
        try await whoami(as: .token(token))
    }

    /// Asks as whom a caller acts.
    public func whoami(as caller: HomeserverCaller) async throws -> UserIdentity {
        try await send(
            HomeserverCall(
                "tell whose token it is", .get, "/_matrix/client/v3/account/whoami", as: caller, timeout: configuration.timeouts.call),
            decoding: UserIdentity.self)
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
        do {
            try await send(
                HomeserverCall(
                    "list its tasks", .get, "/_synapse/admin/v1/scheduled_tasks", query: [("max_timestamp", "1")], as: caller,
                    timeout: configuration.timeouts.call))
            return true
        } catch let error as HomeserverError where error.status == 403 && error.kind == .client {
            return false
        }
    }

    /// Checks that the homeserver answers and that the configured admin token is a server admin's.
    ///
    /// - Returns: the admin's user id.
    /// - Throws: ``HomeserverError`` that says what to do.
    @discardableResult
    public func requireAdmin() async throws -> String { try await adminCheck { try await checkAdmin() } }

    private func checkAdmin() async throws -> String {
        let call = "check the admin token"
        do {
            let identity = try await whoami(as: .admin)
            guard try await isAdmin(identity.userID, as: .admin) else {
                throw HomeserverError(
                    .client, call: call, status: 403, errcode: "M_FORBIDDEN",
                    serverText:
                        "the token's user is not a server admin; put the access token of a server admin into homeserver.admin_token_path")
            }
            return identity.userID
        } catch let error as HomeserverError where error.status == 401 {
            throw HomeserverError(
                .client, call: call, status: 401, errcode: error.errcode,
                serverText: "the token is not valid; put the access token of a server admin into homeserver.admin_token_path")
        } catch let error as HomeserverError where error.kind == .unreachable || error.kind == .timeout {
            throw HomeserverError(
                error.kind, call: "\(call) at \(configuration.url) (start the homeserver or correct homeserver.url)")
        }
    }

    /// Checks that the homeserver lets the configured way to act as a user work at all, without acting as anybody.
    ///
    /// - Parameter adminID: whose the admin token is
    /// - Throws: ``HomeserverError`` that says what to do.
    public func requirePuppet(adminID: String) async throws {
        switch configuration.puppet {
        case .none: return
        case .applicationService(let token):
            do {
                _ = try await whoami(token)
            } catch let error as HomeserverError where error.status == 401 {
                throw HomeserverError(
                    .client, call: "check the application service's token", status: 401, errcode: error.errcode,
                    serverText: "the homeserver knows no such as_token; put the one of its registration file into homeserver.as_token_path")
            }
        case .adminLogin:
            do {
                // Refused to oneself by every homeserver that has the call.
                try await logout(try await login(as: adminID, until: Date(timeIntervalSinceNow: 60)))
            } catch let error as HomeserverError where error.isUnknownEndpoint {
                throw HomeserverError(
                    .client, call: "check that the admin may log in as a user", status: error.status, errcode: error.errcode,
                    serverText:
                        "the homeserver has no such call, as where an authentication service keeps the accounts; set homeserver.puppet "
                        + "to appservice, or to none so that the admin redacts")
            } catch let error as HomeserverError where error.status == 400 {}
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
