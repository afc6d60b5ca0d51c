/// Synapse's own redaction of everything that a user has sent.
enum RedactionEndpoints {
    static let routes = [
        Route("POST", "/_synapse/admin/v1/user/{user}/redact", .admin, redact),
        Route("GET", "/_synapse/admin/v1/user/redact_status/{redact}", .admin, status),
    ]

    private static func redact(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let userID = call.parameter("user")
        guard World.isUserID(userID) else { throw .invalid("Expected UserID string to start with '@'") }
        let body = try call.object()
        let rooms = try rooms(of: body)
        let limit = try integer("limit", of: body)
        if let limit, limit < 0 {
            throw .bad("If limit is provided it must be a non-negative integer greater than 0.")
        }
        let redaction = UserRedaction(
            userID: userID, requester: call.requester.userID, rooms: rooms.isEmpty ? world.roomsToRedact(of: userID) : rooms,
            reason: body["reason"]?.text, limit: limit == 0 ? 1000 : limit ?? 1000, usesAdmin: body["use_admin"]?.flag ?? false,
            beforeTimestamp: try integer("before_ts", of: body).flatMap { $0 == 0 ? nil : $0 },
            afterTimestamp: try integer("after_ts", of: body).flatMap { $0 == 0 ? nil : $0 })
        let isActive = world.jobs.values.contains {
            $0.action == .redactAllEvents && $0.resourceID == userID && $0.status == .active
        }
        if isActive { throw .bad("Redact already in progress for user \(userID)") }
        let jobID = world.submit(.redactAllEvents, about: userID, .redaction(redaction))
        return Reply(body: ["redact_id": .string(jobID)], startsJob: jobID)
    }

    private static func rooms(of body: SandboxJSON) throws(SandboxRefusal) -> [String] {
        guard let value = body["rooms"] else { throw .missing("rooms: Field required") }
        guard let elements = value.elements else { throw .badJSON("rooms: Input should be a valid list") }
        var rooms: [String] = []
        for element in elements {
            guard let text = element.text else { throw .badJSON("rooms: Input should be a valid string") }
            rooms.append(text)
        }
        return rooms
    }

    private static func integer(_ name: String, of body: SandboxJSON) throws(SandboxRefusal) -> Int? {
        switch body[name] {
        case nil, .null?: return nil
        case .int(let value)?: return value
        default: throw .badJSON("\(name): Input should be a valid integer")
        }
    }

    private static func status(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let redactID = call.parameter("redact")
        guard let job = world.jobs[redactID] else { throw .notFound("redact id '\(redactID)' not found") }
        switch job.status {
        case .scheduled, .active: return .ok(["status": .string(job.status.rawValue)])
        case .complete: return .ok(["status": "complete", "failed_redactions": job.result?["failed_redactions"] ?? [:]])
        case .failed, .cancelled:
            return .ok(["status": "failed", "error": .string(job.error ?? "Unknown error, please check the logs for more information.")])
        }
    }
}
