import HomeserverClient
import Scheduler

extension Outcome {
    /// How an attempt ends that was stopped by something that passes.
    ///
    /// A homeserver that takes long, or that limits calls, is well: waiting for it costs the task no attempt, however long it is.
    static func passing(_ error: any Error, _ settings: HandlerSettings) -> Outcome {
        if let error = error as? StillRunning { return .snoozed(for: settings.waitForRooms, reason: error.description) }
        guard let error = error as? HomeserverError else { return .retry(after: nil, error: "\(error)") }
        guard case .limited(let asked) = error.kind else { return .retry(after: nil, error: error.description) }
        return .snoozed(for: min(max(asked ?? .seconds(5), .seconds(1)), .seconds(3600)), reason: error.description)
    }

    /// How an attempt ends by a call that failed: for good where the homeserver refuses, later where it may not the next time.
    static func judged(_ error: HomeserverError, _ settings: HandlerSettings) -> Outcome {
        // A token that is refused is the configuration's fault, and can be mended.
        error.isTransient || error.status == 401 ? passing(error, settings) : .failed(error: error.description)
    }
}
