import Scheduler

/// `GET /_muster/v1/processes`, `roll_call`, `stats` and `audit`.
struct FleetRoutes: Sendable {
    let scheduler: TaskScheduler

    /// The processes of the last day.
    @Sendable func processes(_ call: Call) async throws -> Reply {
        try call.query.allow(only: [])
        return Reply(["processes": .array(try await scheduler.processes().map(Self.view))])
    }

    private static func view(_ process: ProcessRecord) -> JSONValue {
        let handlers = process.handlers.sorted { $0.action < $1.action }.map { handler -> JSONValue in
            [
                "action": .string(handler.action.rawValue), "schema_digest": .string(handler.schemaDigest), "ready": .bool(handler.ready),
                "reason": .text(handler.reason),
            ]
        }
        return [
            "incarnation": .string(process.incarnation.uuidString.lowercased()), "instance": .string(process.instance),
            "host": .string(process.host), "pid": .count(process.pid), "version": .string(process.version),
            "config_digest": .string(process.configDigest), "state": .string(process.state.rawValue), "live": .bool(process.isLive),
            "started_at": ISOTime.value(process.startedAt), "beat_at": ISOTime.value(process.beatAt), "active": .count(process.active),
            "handlers": .array(handlers),
        ]
    }

    /// Calls the roll now.
    @Sendable func rollCall(_ call: Call) async throws -> Reply {
        try call.query.allow(only: [])
        let report = try await scheduler.rollCall()
        let coverage = report.coverage.map { row -> JSONValue in
            [
                "action": .string(row.action.rawValue), "route": .array(row.route.map { .string($0) }),
                "state": .string(row.state.rawValue),
                "capable": .array(row.capable.map { .string($0) }), "lacking": .object(row.lacking.mapValues { .string($0.rawValue) }),
            ]
        }
        let findings = report.findings.map { finding -> JSONValue in
            [
                "kind": .string(finding.kind.rawValue), "action": .text(finding.action?.rawValue), "process": .text(finding.process),
                "problem": .string(finding.problem), "remedy": .string(finding.remedy),
            ]
        }
        return Reply(["clean": .bool(report.isClean), "coverage": .array(coverage), "findings": .array(findings)])
    }

    /// Unfinished tasks, counted.
    @Sendable func stats(_ call: Call) async throws -> Reply {
        try call.query.allow(only: [])
        let counts = try await scheduler.pendingCounts()
        let rows = counts.sorted { ($0.action, $0.status.rawValue) < ($1.action, $1.status.rawValue) }.map { row -> JSONValue in
            ["action": .string(row.action.rawValue), "status": .string(row.status.rawValue), "count": .count(row.count)]
        }
        return Reply(["pending": .array(rows), "total": .count(counts.reduce(0) { $0 + $1.count })])
    }

    /// The newest lines of the audit log.
    @Sendable func audit(_ call: Call) async throws -> Reply {
        try call.query.allow(only: ["limit"])
        let limit = try call.query.single("limit").map(TaskReading.limit) ?? 100
        let entries = try await scheduler.auditLog(limit: limit).map { entry -> JSONValue in
            [
                "at": ISOTime.value(entry.at), "who": .string(entry.who), "origin": .string(entry.origin), "verb": .string(entry.verb),
                "subject": .string(entry.subject), "action": .text(entry.action?.rawValue),
            ]
        }
        return Reply(["entries": .array(entries)])
    }
}
