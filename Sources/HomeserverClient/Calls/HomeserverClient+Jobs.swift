import Foundation

extension HomeserverClient {
    /// Starts a purge of everything before an event.
    ///
    /// - Returns: the id under which ``purgeStatus(_:)`` knows it.
    /// - Throws: ``HomeserverError``; `isNotFound` when the event is gone.
    public func startPurge(of roomID: String, before eventID: String, deleteLocalEvents: Bool) async throws -> String {
        try await startPurge(of: roomID, PurgeBody(purge_up_to_event_id: eventID, delete_local_events: deleteLocalEvents))
    }

    /// Starts a purge of everything that the homeserver received before a time, whatever date its sender gave it.
    ///
    /// - Parameter ts: in milliseconds since 1970
    /// - Returns: the id under which ``purgeStatus(_:)`` knows it.
    /// - Throws: ``HomeserverError``; `isNotFound` when there is nothing to purge.
    public func startPurge(of roomID: String, receivedBefore ts: Int64, deleteLocalEvents: Bool) async throws -> String {
        try await startPurge(of: roomID, PurgeBody(purge_up_to_ts: ts, delete_local_events: deleteLocalEvents))
    }

    private struct PurgeBody: Encodable {
        var purge_up_to_event_id: String?
        var purge_up_to_ts: Int64?
        var delete_local_events: Bool
    }

    private func startPurge(of roomID: String, _ body: PurgeBody) async throws -> String {
        struct Answer: Decodable { var purge_id: String }
        return try await send(
            HomeserverCall(
                "start a purge", .post, "/_synapse/admin/v1/purge_history", [roomID], body: try encode(body), as: .admin,
                timeout: configuration.timeouts.write),
            decoding: Answer.self
        ).purge_id
    }

    /// How far a purge is; nil when the homeserver no longer knows it.
    public func purgeStatus(_ purgeID: String) async throws -> RemoteTask? {
        try await status("tell how far a purge is", "/_synapse/admin/v1/purge_history_status", purgeID, decoding: RemoteTask.self)
    }

    /// Has the homeserver itself redact a user's events in some rooms, also where the user no longer is.
    ///
    /// - Returns: the id under which ``redactStatus(_:)`` knows it.
    /// - Throws: ``HomeserverError``; status 400 also when a redact of this user is running.
    public func startRedact(
        of userID: String, rooms: [String], reason: String?, limit: Int, beforeTs: Int64?, afterTs: Int64?, useAdmin: Bool
    ) async throws -> String {
        struct Body: Encodable {
            var rooms: [String]
            var reason: String?
            var limit: Int
            var before_ts: Int64?
            var after_ts: Int64?
            var use_admin: Bool
        }
        struct Answer: Decodable { var redact_id: String }
        let body = Body(rooms: rooms, reason: reason, limit: limit, before_ts: beforeTs, after_ts: afterTs, use_admin: useAdmin)
        return try await send(
            HomeserverCall(
                "redact a user's events by itself", .post, "/_synapse/admin/v1/user", [userID, "redact"], body: try encode(body),
                as: .admin, timeout: configuration.timeouts.write),
            decoding: Answer.self
        ).redact_id
    }

    /// How far the homeserver's own redact is; nil when it no longer knows it.
    public func redactStatus(_ redactID: String) async throws -> RemoteTask? {
        try await status("tell how far a redact is", "/_synapse/admin/v1/user/redact_status", redactID, decoding: RedactStatus.self)?.task
    }

    /// The homeserver's own tasks.
    ///
    /// - Parameters:
    ///   - action: only of this action
    ///   - resourceID: only about this room or user
    ///   - unfinishedOnly: only those that are scheduled or active
    public func scheduledTasks(action: String, resourceID: String, unfinishedOnly: Bool = false) async throws -> [RemoteTask] {
        struct Answer: Decodable { var scheduled_tasks: [RemoteTask] }
        var query = [("action_name", action), ("resource_id", resourceID)]
        if unfinishedOnly { query += [("status", "scheduled"), ("status", "active")] }
        return try await send(
            HomeserverCall(
                "list its tasks", .get, "/_synapse/admin/v1/scheduled_tasks", query: query, as: .admin,
                timeout: configuration.timeouts.call, largestAnswer: 16 << 20),
            decoding: Answer.self
        ).scheduled_tasks
    }

    func status<Answer: Decodable>(
        _ name: String, _ prefix: String, _ id: String, decoding: Answer.Type
    ) async throws -> Answer? {
        do {
            return try await send(
                HomeserverCall(name, .get, prefix, [id], as: .admin, timeout: configuration.timeouts.call, largestAnswer: 16 << 20),
                decoding: Answer.self)
        } catch let error as HomeserverError where error.isNotFound {
            return nil
        }
    }
}
