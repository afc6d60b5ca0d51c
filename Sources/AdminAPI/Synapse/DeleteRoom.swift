import HomeserverTasks
import Scheduler
import ServiceLifecycle

/// `DELETE /_synapse/admin/v1|v2/rooms/<room_id>`.
struct DeleteRoom: Sendable {
    let scheduler: TaskScheduler
    let settings: AdminAPISettings

    /// Version 2: accepts the delete and gives its id.
    @Sendable func submit(_ call: Call) async throws -> Reply {
        let request = try await Self.request(call, serverName: settings.serverName)
        let task = try await AuditedChanges(scheduler: scheduler).submit(request.task, for: call)
        guard task.kind != .alreadyUnfinished else { throw APIError.refused("Purge already in progress for \(request.params.roomID)") }
        return Reply(["delete_id": .string(task.id.description)])
    }

    /// Version 1: waits for the end, and answers with what was done.
    ///
    /// The task is durable all the same: when the wait ends first, its id is in the answer. Asking again for the same joins the task
    /// that is there; asking for something else is refused.
    @Sendable func submitAndWait(_ call: Call) async throws -> Reply {
        let id = try await TimeLimit.run(within: settings.requestTimeout) { try await submitOrJoin(call) }
        return try await outcome(of: id)
    }

    private func submitOrJoin(_ call: Call) async throws -> TaskID {
        let request = try await Self.request(call, serverName: settings.serverName)
        let task = try await AuditedChanges(scheduler: scheduler).submit(request.task, for: call)
        if task.kind == .alreadyUnfinished {
            let existing = try await scheduler.task(task.id)
            guard let existing, (try? existing.params.decode(ShutdownAndPurgeRoom.Params.self)) == request.params else {
                throw APIError.refused("Purge already in progress for \(request.params.roomID)")
            }
        }
        return task.id
    }

    private func outcome(of id: TaskID) async throws -> Reply {
        let scheduler = scheduler
        let timeout = settings.synchronousDeleteTimeout
        let ended: TaskRecord?
        do {
            ended = try await cancelWhenGracefulShutdown { try await scheduler.wait(for: id, timeout: timeout) }
        } catch is CancellationError {
            throw Self.stillRunning(id, "This process is stopping")
        }
        guard let ended else { throw APIError.notFound("delete id '\(id)' not found") }
        switch ended.status {
        case .complete: return Reply(.stored(ended.result))
        case .failed, .cancelled:
            throw APIError(.badRequest, "M_UNKNOWN", SynapseStatus.failure(ended), members: ["delete_id": .string(id.description)])
        case .scheduled, .active, .parked: throw Self.stillRunning(id, "The delete takes longer than \(timeout)")
        }
    }

    private static func stillRunning(_ id: TaskID, _ why: String) -> APIError {
        APIError.timedOut(
            "\(why); it goes on. Follow it at /_synapse/admin/v2/rooms/delete_status/\(id).",
            members: ["delete_id": .string(id.description)])
    }

    /// Checks in Synapse's order: the body, its booleans, the room id; then, earlier than Synapse, the new room's user.
    private static func request(
        _ call: Call, serverName: String?
    ) async throws -> (task: TaskRequest, params: ShutdownAndPurgeRoom.Params) {
        let params = try params(room: call["room_id"], body: try await call.object(), serverName: serverName)
        return (try TaskRequest(ShutdownAndPurgeRoom.self, params, resourceID: params.roomID), params)
    }

    static func params(room: String, body: [String: JSONValue], serverName: String?) throws -> ShutdownAndPurgeRoom.Params {
        let block = try bool("block", body, default: false)
        let purge = try bool("purge", body, default: true)
        let forcePurge = try bool("force_purge", body, default: false)
        guard MatrixID.isRoom(room) else { throw APIError.refused("\(room) is not a legal room ID") }
        let user = try string("new_room_user_id", body)
        if let user {
            let isLocal = MatrixID.isUser(user) && (serverName == nil || MatrixID.server(of: user) == serverName)
            guard isLocal else { throw APIError.refused("User must be our own: \(user)") }
        }
        return ShutdownAndPurgeRoom.Params(
            roomID: room, block: block, purge: purge, forcePurge: forcePurge, newRoomUserID: user, roomName: try string("room_name", body),
            message: try string("message", body))
    }

    private static func bool(_ key: String, _ body: [String: JSONValue], default standard: Bool) throws -> Bool {
        switch body[key] {
        case nil: return standard
        case .bool(let flag): return flag
        default: throw APIError.badBody("Param '\(key)' must be a boolean, if given")
        }
    }

    private static func string(_ key: String, _ body: [String: JSONValue]) throws -> String? {
        switch body[key] {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw APIError.badBody("Param '\(key)' must be a string, if given")
        }
    }
}
