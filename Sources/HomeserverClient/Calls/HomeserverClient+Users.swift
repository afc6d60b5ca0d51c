public import Foundation

extension HomeserverClient {
    /// Every room that a user has had to do with; joined ones only where the homeserver is too old to tell the others.
    public func memberships(of userID: String) async throws -> UserMemberships {
        struct Answer: Decodable { var memberships: [String: String] }
        do {
            let rooms = try await send(
                HomeserverCall(
                    "list a user's rooms", .get, "/_synapse/admin/v1/users", [userID, "memberships"], as: .admin,
                    timeout: configuration.timeouts.page, largestAnswer: 16 << 20),
                decoding: Answer.self
            ).memberships
            return UserMemberships(rooms: rooms, joinedOnly: false)
        } catch let error as HomeserverError where error.isUnknownEndpoint {
            let rooms = try await joinedRooms(of: userID)
            return UserMemberships(rooms: Dictionary(uniqueKeysWithValues: Set(rooms).map { ($0, "join") }), joinedOnly: true)
        }
    }

    /// The rooms that a user is in.
    public func joinedRooms(of userID: String) async throws -> [String] {
        struct Answer: Decodable {
            var joined_rooms: [String]
            var total: Int
        }
        return try await send(
            HomeserverCall(
                "list a user's joined rooms", .get, "/_synapse/admin/v1/users", [userID, "joined_rooms"], as: .admin,
                timeout: configuration.timeouts.page, largestAnswer: 16 << 20),
            decoding: Answer.self
        ).joined_rooms
    }

    /// Whether a local user is shadow-banned: what it sends with a token is answered as if it had been sent, and is not.
    ///
    /// False where the homeserver does not know the user, or has no such call.
    public func isShadowBanned(_ userID: String) async throws -> Bool {
        // Older homeservers do not tell; every one tells the name.
        struct Answer: Decodable {
            var name: String
            var shadow_banned: Bool?
        }
        do {
            return try await send(
                HomeserverCall(
                    "look an account up", .get, "/_synapse/admin/v2/users", [userID], as: .admin, timeout: configuration.timeouts.call),
                decoding: Answer.self
            ).shadow_banned ?? false
        } catch let error as HomeserverError where error.isNotFound || error.isUnknownEndpoint {
            return false
        }
    }

    /// Gets an access token of a local user; it has no device, and is shown nowhere to the user.
    ///
    /// - Parameters:
    ///   - userID: the user
    ///   - until: when the token ends by itself
    public func login(as userID: String, until: Date) async throws -> String {
        struct Answer: Decodable { var access_token: String }
        return try await send(
            HomeserverCall(
                "log in as a user", .post, "/_synapse/admin/v1/users", [userID, "login"],
                body: try encode(["valid_until_ms": Int64(until.timeIntervalSince1970 * 1000)]), as: .admin,
                timeout: configuration.timeouts.write),
            decoding: Answer.self
        ).access_token
    }

    /// Ends an access token; one that has ended already is no error.
    public func logout(_ token: String) async throws {
        do {
            try await send(
                HomeserverCall(
                    "end an access token", .post, "/_matrix/client/v3/logout", body: Data("{}".utf8), as: .token(token),
                    timeout: configuration.timeouts.call))
        } catch let error as HomeserverError where error.isTokenRefused {}
    }

    /// Makes a device of a user, for an application service to act from; one that exists stays.
    public func createDevice(_ deviceID: String, of userID: String) async throws {
        try await send(
            HomeserverCall(
                "make a device", .post, "/_synapse/admin/v2/users", [userID, "devices"], body: try encode(["device_id": deviceID]),
                as: .admin, timeout: configuration.timeouts.write))
    }

    /// Removes a device of a user; one that is gone is no error, nor is a homeserver that knows no such call and so could make none.
    public func deleteDevice(_ deviceID: String, of userID: String) async throws {
        do {
            try await send(
                HomeserverCall(
                    "remove a device", .delete, "/_synapse/admin/v2/users", [userID, "devices", deviceID], as: .admin,
                    timeout: configuration.timeouts.write))
        } catch let error as HomeserverError where error.isNotFound || error.isUnknownEndpoint {}
    }
}
