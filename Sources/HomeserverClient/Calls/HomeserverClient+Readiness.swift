import Foundation

/// What must be so before any work is taken.
extension HomeserverClient {
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
        } catch let error as HomeserverError where error.isUnknownEndpoint {
            throw HomeserverError(
                .client, call: call, status: error.status, errcode: error.errcode,
                serverText:
                    "homeserver.url leads to a worker of the homeserver, which has no admin API; give the main process's there, and the "
                    + "worker's as homeserver.client_url")
        } catch let error as HomeserverError where error.isTokenRefused {
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
        case .none: try await requireDevice(adminID: adminID)
        case .applicationService(let token):
            do {
                _ = try await whoami(token)
            } catch let error as HomeserverError where error.isTokenRefused {
                throw HomeserverError(
                    .client, call: "check the application service's token", status: 401, errcode: error.errcode,
                    serverText: "the homeserver knows no such as_token; put the one of its registration file into homeserver.as_token_path")
            }
            // The admin itself, users of other servers, whoever is redacted with use_admin: there the admin's token redacts.
            try await requireDevice(adminID: adminID)
        case .adminLogin:
            do {
                // Refused to oneself by every homeserver that has the call. One that has it keeps the accounts itself, and
                // its tokens need no device.
                try await logout(try await login(as: adminID, until: Date(timeIntervalSinceNow: 60)))
            } catch let error as HomeserverError where error.isUnknownEndpoint {
                throw HomeserverError(
                    .client, call: "check that the admin may log in as a user", status: error.status, errcode: error.errcode,
                    serverText:
                        "the homeserver has no such call, as where an authentication service keeps the accounts; set homeserver.puppet "
                        + "to appservice, or to none so that the admin redacts")
            } catch let error as HomeserverError where error.kind == .client && error.status == 400 {}
        }
    }

    /// Where an authentication service keeps the accounts, only a token that has a device may redact: the homeserver knows
    /// transactions by it.
    private func requireDevice(adminID: String) async throws {
        guard try await whoami(as: .admin).deviceID == nil else { return }
        do {
            try await logout(try await login(as: adminID, until: Date(timeIntervalSinceNow: 60)))
        } catch let error as HomeserverError where error.isUnknownEndpoint {
            throw HomeserverError(
                .client, call: "check that the admin may redact", status: error.status, errcode: error.errcode,
                serverText:
                    "the admin token has no device, without which the homeserver redacts nothing where an authentication service keeps the "
                    + "accounts; put a token that has one into homeserver.admin_token_path")
        } catch let error as HomeserverError where error.kind == .client && error.status == 400 {}
    }

    /// Checks that none of the calls that Muster itself answers as well leads back to a Muster, by which tasks would wait for themselves.
    ///
    /// - Throws: ``HomeserverError`` that says what to do.
    public func requireNoLoop() async throws { try await loopCheck { try await checkNoLoop() } }

    private func checkNoLoop() async throws {
        for (prefix, parts) in [
            ("/_synapse/admin/v1/purge_history_status", ["muster"]), ("/_synapse/admin/v1/user/redact_status", ["muster"]),
            ("/_synapse/admin/v2/rooms/delete_status", ["muster"]), ("/_synapse/admin/v2/rooms", ["!muster:muster", "delete_status"]),
        ] {
            do {
                _ = try await send(
                    HomeserverCall(
                        "check where homeserver.url leads", .get, prefix, parts, as: .admin, timeout: configuration.timeouts.call),
                    decoding: AnyAnswer.self)
            } catch let error as HomeserverError where error.kind == .client {
                // The homeserver knows no such thing, or no such call: it is there that the question came to.
            }
        }
    }

    /// Checks that what is to get the redactions is a part of the same homeserver.
    ///
    /// - Throws: ``HomeserverError`` that names `homeserver.client_url`.
    public func requireClientURL(adminID: String) async throws {
        guard let url = configuration.clientURL else { return }
        let call = "tell whose token it is at homeserver.client_url (\(url))"
        let found: String
        do {
            found = try await whoami(as: .admin, isForWorkers: true).userID
        } catch let error as HomeserverError {
            throw HomeserverError(error.kind, call: call, status: error.status, errcode: error.errcode, serverText: error.serverText)
        }
        guard found == adminID else {
            throw HomeserverError(.client, call: call, serverText: "it is another homeserver than homeserver.url; correct one of the two")
        }
    }
}
