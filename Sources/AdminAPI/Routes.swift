import Hummingbird

/// Every path that is served, on one screen.
///
/// The first row whose path and method fit wins. A `*` at the end drops the end anchor, as in Synapse's own expression.
extension AdminAPI {
    func routes(of resource: Resource) -> [Route] {
        switch resource {
        case .admin: synapseRoutes + nativeRoutes
        case .health: healthRoutes
        }
    }

    private var synapseRoutes: [Route] {
        let redact = RedactUser(scheduler: scheduler)
        let delete = DeleteRoom(scheduler: scheduler, settings: settings)
        let deletes = DeleteRoomStatus(scheduler: scheduler)
        let purge = PurgeHistoryRoutes(scheduler: scheduler, homeserver: homeserver)
        let list = ScheduledTasks(scheduler: scheduler, settings: settings)
        return [
            Route(.get, "/_synapse/admin/v1/user/redact_status/{redact_id}", role: .viewer, run: redact.status),
            Route(.post, "/_synapse/admin/v1/user/{user_id}/redact*", role: .operator, run: redact.submit),
            Route(.delete, "/_synapse/admin/v1/rooms/{room_id}", role: .operator, timeLimit: .own, run: delete.submitAndWait),
            Route(.delete, "/_synapse/admin/v2/rooms/{room_id}", role: .operator, run: delete.submit),
            Route(.get, "/_synapse/admin/v2/rooms/delete_status/{delete_id}", role: .viewer, run: deletes.byID),
            Route(.get, "/_synapse/admin/v2/rooms/{room_id}/delete_status", role: .viewer, run: deletes.byRoom),
            Route(.post, "/_synapse/admin/v1/purge_history/{room_id}", role: .operator, run: purge.submit),
            Route(.post, "/_synapse/admin/v1/purge_history/{room_id}/{event_id}", role: .operator, run: purge.submit),
            Route(.get, "/_synapse/admin/v1/purge_history_status/{purge_id}", role: .viewer, run: purge.status),
            Route(.get, "/_synapse/admin/v1/scheduled_tasks", role: .viewer, run: list.list),
        ]
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
