import Hummingbird
import Scheduler

/// Every path that is served, on one screen.
///
/// The first row whose path and method fit wins.
extension AdminAPI {
    func routes(of resource: Resource) -> [Route] {
        switch resource {
        case .admin: synapseRoutes + nativeRoutes
        case .health: healthRoutes
        case .proxy: []
        }
    }

    private var synapseRoutes: [Route] {
        let redact = RedactUser(scheduler: scheduler)
        let delete = DeleteRoom(scheduler: scheduler, settings: settings)
        let deletes = DeleteRoomStatus(scheduler: scheduler)
        let purge = PurgeHistoryRoutes(scheduler: scheduler, homeserver: homeserver)
        let list = ScheduledTasks(scheduler: scheduler, settings: settings)
        return SynapsePath.allCases.map { path in
            switch path {
            case .redactStatus: Route(path, role: .viewer, run: redact.status)
            case .redact: Route(path, role: .operator, run: redact.submit)
            case .deleteRoomAndWait: Route(path, role: .operator, timeLimit: .own, run: delete.submitAndWait)
            case .deleteRoom: Route(path, role: .operator, run: delete.submit)
            case .deleteStatus: Route(path, role: .viewer, run: deletes.byID)
            case .deletesOfRoom: Route(path, role: .viewer, run: deletes.byRoom)
            case .purge, .purgeUpToEvent: Route(path, role: .operator, run: purge.submit)
            case .purgeStatus: Route(path, role: .viewer, run: purge.status)
            case .scheduledTasks: Route(path, role: .viewer, run: list.list)
            }
        }
    }

    private var nativeRoutes: [Route] {
        let reading = TaskReading(scheduler: scheduler)
        let submission = TaskSubmission(scheduler: scheduler)
        let control = TaskControl(scheduler: scheduler)
        let fleet = FleetRoutes(scheduler: scheduler)
        return [
            Route(.get, "/_muster/v1/tasks", role: .viewer, run: reading.list),
            Route(.post, "/_muster/v1/tasks", role: .operator, run: submission.submit),
            Route(.get, "/_muster/v1/tasks/{id}", role: .viewer, run: reading.show),
            Route(.get, "/_muster/v1/tasks/{id}/attempts", role: .viewer, run: reading.attempts),
            Route(.post, "/_muster/v1/tasks/{id}/cancel", role: .operator, run: control.cancel),
            Route(.post, "/_muster/v1/tasks/{id}/retry", role: .operator, run: control.retry),
            Route(.get, "/_muster/v1/processes", role: .viewer, run: fleet.processes),
            Route(.get, "/_muster/v1/roll_call", role: .viewer, run: fleet.rollCall),
            Route(.get, "/_muster/v1/stats", role: .viewer, run: fleet.stats),
            Route(.get, "/_muster/v1/audit", role: .admin, run: fleet.audit),
            Route(.get, "/_muster/v1/openapi.json", role: nil, run: OpenAPIDocument.show),
        ]
    }

    private var healthRoutes: [Route] {
        let health = HealthRoutes(source: readiness, timeout: settings.readinessTimeout)
        return [
            Route(.get, "/health/live", role: nil, run: health.live),
            Route(.get, "/health/ready", role: nil, run: health.ready),
        ]
    }
}

extension Route {
    /// A row for one of Synapse's paths.
    fileprivate init(
        _ path: SynapsePath, role: Role, timeLimit: TimeLimit = .normal, run: @escaping @Sendable (Call) async throws -> Reply
    ) {
        self.init(path.verb, path.template, role: role, timeLimit: timeLimit, run: run)
    }
}
