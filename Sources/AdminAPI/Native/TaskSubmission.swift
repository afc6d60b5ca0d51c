import Scheduler

/// `POST /_muster/v1/tasks`.
struct TaskSubmission: Sendable {
    private static let keys = ["action", "max_attempts", "params", "priority", "resource_id", "run_at"]

    let scheduler: TaskScheduler

    /// Submits a task: 201 for a new one, 200 for one that was there.
    @Sendable func submit(_ call: Call) async throws -> Reply {
        try call.query.allow(only: [])
        var request = try Self.request(try await call.object())
        guard call.idempotencyKeys.count <= 1 else {
            throw APIError.invalid("There are several Idempotency-Key headers; send one.", field: "idempotency_key")
        }
        request.idempotencyKey = try call.idempotencyKeys.first.map { key in
            guard (1...255).contains(key.utf8.count) else {
                throw APIError.invalid("The Idempotency-Key header must be 1 to 255 bytes.", field: "idempotency_key")
            }
            return key
        }
        let task = try await AuditedChanges(scheduler: scheduler).submit(request, for: call)
        var reply = Reply(
            ["id": .string(task.id.description), "kind": .string(task.kind.rawValue), "parked": .bool(task.isParked)],
            status: task.kind == .created ? .created : .ok)
        reply.headers[.location] = "/_muster/v1/tasks/\(task.id)"
        return reply
    }

    /// Reads the body; the scheduler then checks action and params.
    static func request(_ body: [String: JSONValue]) throws -> TaskRequest {
        if let unknown = body.keys.sorted().first(where: { !keys.contains($0) }) {
            throw APIError.unknown("key", unknown, known: keys)
        }
        guard let action = body["action"] else {
            throw APIError(.badRequest, "M_MISSING_PARAM", "'action' is required but missing.", field: "action")
        }
        guard case .string(let name) = action else { throw wrongType("action", "a string") }
        var request = TaskRequest(action: ActionName(rawValue: name))
        switch body["params"] {
        case nil: break
        case .object(let members): request.params = JSONValue.object(members).bytes
        default: throw wrongType("params", "an object")
        }
        switch body["resource_id"] {
        case nil, .null: break
        case .string(let text): request.resourceID = text
        default: throw wrongType("resource_id", "a string")
        }
        switch body["priority"] {
        case nil: break
        case .integer(let number):
            guard let small = Int16(exactly: number), let priority = TaskPriority(rawValue: small) else {
                throw APIError.invalid("'priority' must be 0 (first) to 9 (last).", field: "priority")
            }
            request.priority = priority
        default: throw wrongType("priority", "an integer")
        }
        switch body["run_at"] {
        case nil, .null: break
        case .string(let text):
            guard let date = RFC3339.date(text) else {
                throw APIError.invalid(
                    "'run_at' must be a time in RFC 3339, with a zone, such as 2026-11-21T09:30:00.000Z.", field: "run_at")
            }
            request.runAt = date
        default: throw wrongType("run_at", "a string")
        }
        switch body["max_attempts"] {
        case nil, .null: break
        case .integer(let number):
            guard (1...1000).contains(number) else {
                throw APIError.invalid("'max_attempts' must be 1 to 1000.", field: "max_attempts")
            }
            request.maxAttempts = Int(number)
        default: throw wrongType("max_attempts", "an integer")
        }
        return request
    }

    private static func wrongType(_ key: String, _ expected: String) -> APIError { .invalid("'\(key)' must be \(expected).", field: key) }
}
