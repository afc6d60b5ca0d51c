import HomeserverClient
import HomeserverTasks
import Logging
import Scheduler

/// `POST /_synapse/admin/v1/purge_history/<room_id>[/<event_id>]` and its status.
struct PurgeHistoryRoutes: Sendable {
    /// Up to where to purge, by Synapse's precedence.
    enum Bound: Hashable, Sendable {
        case event(String)
        case time(Int64)
    }

    let scheduler: TaskScheduler
    /// Asked what a bound is worth before it is accepted; nil accepts it unchecked.
    let homeserver: HomeserverClient?

    /// Checks in Synapse's order: the body, then the bound: path before body, event before time.
    @Sendable func submit(_ call: Call) async throws -> Reply {
        let room = call["room_id"]
        let body = try await call.object(emptyIsObject: true)
        let bound = try Self.bound(pathEvent: call.path["event_id"], body: body)
        guard !room.utf8.contains(0) else { throw APIError.invalid("The room id holds a character that no id has.", field: "room_id") }
        try await check(bound, room: room, logger: call.logger)
        var params = PurgeHistory.Params(roomID: room, deleteLocalEvents: body["delete_local_events"]?.isTruthy ?? false)
        switch bound {
        case .event(let id): params.purgeUpToEventID = id
        case .time(let timestamp): params.purgeUpToTs = timestamp
        }
        let request = try TaskRequest(PurgeHistory.self, params, resourceID: room)
        let task = try await AuditedChanges(scheduler: scheduler).submit(request, for: call)
        guard task.kind != .alreadyUnfinished else { throw APIError.refused("Purge already in progress for \(room)") }
        return Reply(["purge_id": .string(task.id.description)])
    }

    static func bound(pathEvent: String?, body: [String: JSONValue]) throws -> Bound {
        if let pathEvent { return .event(pathEvent) }
        switch body["purge_up_to_event_id"] {
        case nil, .null: break
        case .string(let id): return .event(id)
        default: throw APIError.badBody("purge_up_to_event_id must be a string")
        }
        switch body["purge_up_to_ts"] {
        case nil: throw APIError.badBody("must specify purge_up_to_event_id or purge_up_to_ts")
        case .integer(let timestamp): return .time(timestamp)
        default: throw APIError.badBody("purge_up_to_ts must be an int")
        }
    }

    /// Asks the homeserver; when it is away the purge is accepted, and the handler finds out.
    private func check(_ bound: Bound, room: String, logger: Logger) async throws {
        switch bound {
        case .event(let id):
            guard !id.isEmpty, !id.utf8.contains(0) else { throw APIError.notFound("Could not find event \(id)") }
            let answer = await ask(logger) { client -> String? in try await client.event(id, expectedIn: room)?.roomID }
            guard let answer else { return }
            guard let found = answer else { throw APIError.notFound("Could not find event \(id)") }
            guard found == room else { throw APIError.refused("Event is for wrong room.") }
        case .time(let timestamp):
            // No event is so old, whatever the homeserver says or whether it is there.
            guard timestamp >= PurgeHistory.earliest else { throw APIError.notFound("there is no event to be purged") }
            let isThere = await ask(logger) { try await $0.event(at: timestamp, in: room) != nil }
            guard isThere != false else { throw APIError.notFound("there is no event to be purged") }
        }
    }

    /// The homeserver's answer; nil when there is none to be had.
    private func ask<Value: Sendable>(
        _ logger: Logger, _ question: @escaping @Sendable (HomeserverClient) async throws -> Value
    ) async -> Value? {
        guard let homeserver else { return nil }
        do {
            return try await TimeLimit.run(within: .seconds(10)) { try await question(homeserver) }
        } catch {
            logger.warning(
                "the homeserver could not be asked for a purge's bound, which is accepted unchecked",
                metadata: ["error_type": "\(type(of: error))"])
            return nil
        }
    }

    /// The state of a purge.
    ///
    /// Synapse's clients know three words here: what waits is shown as active, what was cancelled as failed.
    @Sendable func status(_ call: Call) async throws -> Reply {
        let id = call["purge_id"]
        guard let task = try await scheduler.task(id, of: PurgeHistory.name) else { throw APIError.notFound("purge id '\(id)' not found") }
        var members = SynapseStatus.additions(task)
        switch task.status {
        case .scheduled, .parked, .active: members["status"] = "active"
        case .complete: members["status"] = "complete"
        case .failed, .cancelled:
            members["status"] = "failed"
            members["error"] = .string(SynapseStatus.failure(task))
        }
        return Reply(.object(members))
    }
}
