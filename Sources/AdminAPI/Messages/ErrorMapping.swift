import Hummingbird
import Scheduler

/// The one place that says which status a scheduler's error becomes.
extension APIError {
    /// What the caller sees of an error of the scheduler; its message holds no params and no secrets (I11).
    init(_ error: SchedulerError) {
        switch error.code {
        case .invalidRequest:
            self.init(.badRequest, "M_INVALID_PARAM", error.message, field: error.field)
        case .unknownAction:
            self.init(.badRequest, "M_INVALID_PARAM", error.message, field: error.field ?? "action")
        case .tooLarge:
            self.init(.contentTooLarge, "M_TOO_LARGE", error.message, field: error.field)
        case .noHandler:
            let processes = JSONValue.array(error.processes.map { .string($0) })
            self.init(.serviceUnavailable, "M_MUSTER_NO_HANDLER", error.message, members: ["processes": processes])
            retryAfter = 30
        case .idempotencyConflict:
            self.init(.conflict, "M_MUSTER_IDEMPOTENCY_CONFLICT", error.message, field: error.field)
        case .databaseUnavailable:
            // The library's own words may name hosts and users; they go to the log, not to whoever asks (I11).
            self = .unavailable("The database cannot be used now; try again in a few seconds.")
        case .databaseTimeout:
            self = .unavailable("The database took too long; try again in a few seconds.")
        case .schemaVersion:
            self = .unavailable(error.message)
        case .configuration, .otherOwner, .rollCall, .duplicateInstance, .claimLost, .database:
            self = .internalError
        }
    }
}
