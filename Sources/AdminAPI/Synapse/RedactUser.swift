import HomeserverTasks
import Scheduler

/// `POST /_synapse/admin/v1/user/<user_id>/redact` and its status.
struct RedactUser: Sendable {
    let scheduler: TaskScheduler

    /// Checks in Synapse's order: the user id, the body, the limit, then whether a redact of the user is unfinished.
    @Sendable func submit(_ call: Call) async throws -> Reply {
        let user = call["user_id"]
        guard user.hasPrefix("@") else { throw APIError.invalid("Expected UserID string to start with '@'", field: "user_id") }
        guard MatrixID.isUser(user) else { throw APIError.invalid("Expected UserID of the form '@localname:domain'", field: "user_id") }
        let params = try Self.params(user: user, body: try await call.object())
        let request = try TaskRequest(RedactAllEvents.self, params, resourceID: user)
        let task = try await AuditedChanges(scheduler: scheduler).submit(request, for: call)
        guard task.kind != .alreadyUnfinished else { throw APIError.refused("Redact already in progress for user \(user)") }
        return Reply(["redact_id": .string(task.id.description)])
    }

    /// The body by Synapse's rules for models: a single missing key, a single bad value and everything else have an errcode each.
    static func params(user: String, body: [String: JSONValue]) throws -> RedactAllEvents.Params {
        var fields = BodyFields(body)
        let rooms = fields.strings("rooms")
        let reason = fields.string("reason")
        let limit = fields.integer("limit")
        let useAdmin = fields.bool("use_admin")
        let before = fields.integer("before_ts")
        let after = fields.integer("after_ts")
        // Muster's own keys: who asks for a dry run must not get a redact.
        let types = body["event_types"].map { _ in fields.strings("event_types") }
        let withLeft = fields.bool("include_left_rooms")
        let dryRun = fields.bool("dry_run")
        let concurrency = fields.integer("concurrency")
        try fields.check()
        if let limit, limit < 0 {
            throw APIError.refused("If limit is provided it must be a non-negative integer greater than 0.")
        }
        return RedactAllEvents.Params(
            userID: user, rooms: rooms, reason: reason, limit: limit.map { Int($0) }, useAdmin: useAdmin ?? false, beforeTs: before,
            afterTs: after, eventTypes: types, includeLeftRooms: withLeft ?? false, dryRun: dryRun ?? false,
            concurrency: concurrency.map { Int(clamping: $0) })
    }

    /// The state of a redact; ids of other actions are unknown here.
    @Sendable func status(_ call: Call) async throws -> Reply {
        let id = call["redact_id"]
        guard let task = try await scheduler.task(id, of: RedactAllEvents.name) else {
            throw APIError.notFound("redact id '\(id)' not found")
        }
        var members = SynapseStatus.additions(task)
        switch task.status {
        case .scheduled, .parked, .active:
            members["status"] = .string(SynapseStatus.word(task.status))
        case .complete:
            members["status"] = "complete"
            members["failed_redactions"] = .object([:])
            members.merge(Self.outcome(task)) { $1 }
        case .failed, .cancelled:
            members["status"] = "failed"
            members["error"] = .string(SynapseStatus.failure(task))
        }
        return Reply(.object(members))
    }

    /// What the handler said of failures; Synapse's one key, and those that tell when a complete redact left something readable.
    private static func outcome(_ task: TaskRecord) -> [String: JSONValue] {
        guard let result = task.result, let members = try? JSONParser.parse(result.utf8).members else { return [:] }
        return members.filter { key, value in
            switch key {
            case "failed_redactions", "failed_rooms": value.members != nil
            case "verified", "not_verified", "notes", "stays", "stays_omitted", "media_stays", "limit_reached", "would_redact",
                "failed_redactions_omitted", "failed_rooms_omitted", "left_rooms", "rooms_omitted", "delegated_rooms":
                true
            default: false
            }
        }
    }
}

extension TaskScheduler {
    /// The task with this id in text form, when it is of this action.
    func task(_ text: String, of action: ActionName) async throws -> TaskRecord? {
        guard let id = TaskID(text), let task = try await task(id), task.action == action else { return nil }
        return task
    }
}
