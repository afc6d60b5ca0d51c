import HomeserverClient
import Scheduler

/// Refuses to deactivate beside an authentication service: the homeserver would say that it is done, and the user log in again.
enum AccountsElsewhere {
    /// - Throws: `FinalError` that says what to do.
    static func refuse(_ client: HomeserverClient, adminID: String, _ settings: HandlerSettings) async throws {
        guard try await settings.retrying({ _ in try await client.leavesAccountsToService(adminID: adminID) }) else { return }
        throw FinalError(
            "An authentication service (MAS) keeps this homeserver's accounts, and a deactivation at the homeserver has no effect there: "
                + "deactivate the user with the service's own tool, then submit redact_all_events with include_left_rooms.")
    }
}
