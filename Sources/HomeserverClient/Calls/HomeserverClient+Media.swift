extension HomeserverClient {
    /// How many files a local user has uploaded.
    public func mediaCount(of userID: String) async throws -> Int {
        struct Answer: Decodable { var total: Int }
        return try await send(
            HomeserverCall(
                "count a user's media", .get, "/_synapse/admin/v1/users", [userID, "media"], query: [("limit", "1")], as: .admin,
                timeout: configuration.timeouts.page),
            decoding: Answer.self
        ).total
    }

    /// Deletes some of a local user's files.
    ///
    /// - Parameter limit: at most so many
    /// - Returns: how many; 0 when there are no more.
    public func deleteMedia(of userID: String, limit: Int) async throws -> Int {
        struct Answer: Decodable { var deleted_media: [String] }
        return try await send(
            HomeserverCall(
                "delete a user's media", .delete, "/_synapse/admin/v1/users", [userID, "media"], query: [("limit", String(limit))],
                as: .admin, timeout: configuration.timeouts.long),
            decoding: Answer.self
        ).deleted_media.count
    }

    /// Takes a local user's files out of circulation; they are kept.
    ///
    /// - Returns: how many that were not yet.
    public func quarantineMedia(of userID: String) async throws -> Int {
        struct Answer: Decodable { var num_quarantined: Int }
        return try await send(
            HomeserverCall(
                "quarantine a user's media", .post, "/_synapse/admin/v1/user", [userID, "media", "quarantine"],
                body: try encode([String: String]()),
                as: .admin, timeout: configuration.timeouts.long),
            decoding: Answer.self
        ).num_quarantined
    }

    /// Deletes copies of other servers' files that were last used before a time.
    ///
    /// - Parameter before: in milliseconds since 1970
    /// - Returns: how many.
    public func purgeMediaCache(before: Int64) async throws -> Int {
        struct Answer: Decodable { var deleted: Int }
        return try await send(
            HomeserverCall(
                "purge the media cache", .post, "/_synapse/admin/v1/purge_media_cache", query: [("before_ts", String(before))],
                body: try encode([String: String]()), as: .admin, timeout: configuration.timeouts.long),
            decoding: Answer.self
        ).deleted
    }

    /// Deactivates a local user; once more does no harm.
    ///
    /// - Returns: Synapse's `id_server_unbind_result`.
    public func deactivate(_ userID: String, erase: Bool) async throws -> String {
        struct Answer: Decodable { var id_server_unbind_result: String }
        return try await send(
            HomeserverCall(
                "deactivate a user", .post, "/_synapse/admin/v1/deactivate", [userID], body: try encode(["erase": erase]), as: .admin,
                timeout: configuration.timeouts.long),
            decoding: Answer.self
        ).id_server_unbind_result
    }
}
