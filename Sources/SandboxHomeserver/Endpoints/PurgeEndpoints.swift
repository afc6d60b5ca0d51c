/// Purging history, and the list of all background jobs.
enum PurgeEndpoints {
    static let routes = [
        Route("POST", "/_synapse/admin/v1/purge_history/{room}", .admin, purge),
        Route("POST", "/_synapse/admin/v1/purge_history/{room}/{event}", .admin, purge),
        Route("GET", "/_synapse/admin/v1/purge_history_status/{purge}", .admin, status),
        Route("GET", "/_synapse/admin/v1/scheduled_tasks", .admin, tasks),
    ]

    private static func purge(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let body = try call.objectOrEmpty()
        if let event = body["purge_up_to_event_id"], event.text == nil, call.parameters["event"] == nil { throw .internalError }
        let purge = try world.historyPurge(
            of: call.parameter("room"), upToEvent: call.parameters["event"] ?? body["purge_up_to_event_id"]?.text,
            upToTimestamp: body["purge_up_to_ts"], deletesLocalEvents: isTrue(body["delete_local_events"]))
        let jobID = world.submit(.purgeHistory, about: purge.roomID, .purgeHistory(purge))
        return Reply(body: ["purge_id": .string(jobID)], startsJob: jobID)
    }

    /// The truth of a value as Python sees it, because Synapse checks no type here.
    private static func isTrue(_ value: SandboxJSON?) -> Bool {
        switch value {
        case nil, .null?, .bool(false)?, .int(0)?, .string("")?, .array([])?, .object([:])?: false
        case .double(let number)?: number != 0
        default: true
        }
    }

    private static func status(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let purgeID = call.parameter("purge")
        guard let job = world.jobs[purgeID], job.action == .purgeHistory else { throw .notFound("purge id '\(purgeID)' not found") }
        // Synapse shows everything that has not ended as active, and a cancelled purge too.
        let shown = job.status == .complete || job.status == .failed ? job.status : .active
        var body: [String: SandboxJSON] = ["status": .string(shown.rawValue)]
        if let error = job.error { body["error"] = .string(error) }
        return .ok(.object(body))
    }

    private static func tasks(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let latest = try call.integer("max_timestamp")
        let status = call.query["status"] ?? call.query["job_status"]
        if let status, Job.Status(rawValue: status) == nil {
            throw .invalid("Query parameter 'status' must be one of ['scheduled', 'active', 'complete', 'failed', 'cancelled']")
        }
        let jobs = world.jobOrder.compactMap { world.jobs[$0] }.filter { job in
            (call.query["action_name"].map { $0 == job.action.rawValue } ?? true)
                && (call.query["resource_id"].map { $0 == job.resourceID } ?? true)
                && (status.map { $0 == job.status.rawValue } ?? true) && (latest.map { job.timestamp <= $0 } ?? true)
        }
        return .ok(["scheduled_tasks": .array(jobs.sorted { $0.timestamp < $1.timestamp }.map(body))])
    }

    private static func body(of job: Job) -> SandboxJSON {
        [
            "id": .string(job.id), "action": .string(job.action.rawValue), "status": .string(job.status.rawValue),
            "timestamp_ms": .int(job.timestamp), "resource_id": .string(job.resourceID), "result": job.result ?? .null,
            "error": job.error.map { .string($0) } ?? .null,
        ]
    }
}
