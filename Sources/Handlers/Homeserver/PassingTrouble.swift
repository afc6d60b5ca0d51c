import HomeserverClient
import Scheduler

extension Outcome {
    /// How an attempt ends that was stopped by something that passes.
    ///
    /// A homeserver that takes long, or that limits calls, is well: waiting for it costs the task no attempt, however long it is.
    ///
    /// - Throws: ``DependencyUnavailable`` where the homeserver is not there, or refuses Muster's own token: no fault of the task's.
    static func passing(_ error: any Error, _ client: HomeserverClient, _ settings: HandlerSettings) async throws -> Outcome {
        if let error = error as? StillRunning { return .snoozed(for: settings.waitForRooms, reason: error.description) }
        guard let error = error as? HomeserverError else { return .retry(after: nil, error: "\(error)") }
        if case .limited(let asked) = error.kind {
            return .snoozed(for: min(max(asked ?? .seconds(5), .seconds(1)), .seconds(3600)), reason: error.description)
        }
        let isBlameless = if error.isTokenRefused { true } else { await client.isAway(after: error) }
        guard isBlameless else { return .retry(after: nil, error: error.description) }
        throw DependencyUnavailable(error.description, wait: settings.wait(whileAwayFor: client.awayFor))
    }

    /// How an attempt ends by a call that failed: for good where the homeserver refuses, later where it may not the next time.
    static func judged(_ error: HomeserverError, _ client: HomeserverClient, _ settings: HandlerSettings) async throws -> Outcome {
        // A token that is refused is the configuration's fault, and can be mended.
        guard error.isTransient || error.isTokenRefused else { return .failed(error: error.description) }
        return try await passing(error, client, settings)
    }
}

extension HandlerSettings {
    /// How long a task waits for a homeserver that is away: half as long as it has been, within bounds, and not in step with others.
    func wait(whileAwayFor length: Duration, spread: Double = Double.random(in: 0.75...1.25)) -> Duration {
        min(max(length / 2, shortestWaitWhileAway), longestWaitWhileAway) * spread
    }
}
