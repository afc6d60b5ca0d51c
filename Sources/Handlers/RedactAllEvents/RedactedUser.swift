import HomeserverClient
import HomeserverTasks

/// What the homeserver knows of the user whose events are redacted, beside the events.
struct RedactedUser: Sendable, Equatable {
    /// Whether the user is one of this homeserver's.
    var isLocal = true
    /// Whether the homeserver knows no such user: nothing would be found then, as if nothing were left.
    var isUnknown = false
    /// Files that the user has uploaded; nil where the homeserver cannot tell.
    var media: Int?

    /// Looks the user up.
    static func look(
        up userID: String, adminID: String, _ client: HomeserverClient, _ settings: HandlerSettings
    ) async throws -> RedactedUser {
        guard MatrixID.server(of: userID) == MatrixID.server(of: adminID) else { return RedactedUser(isLocal: false) }
        do {
            return RedactedUser(media: try await settings.retrying { _ in try await client.mediaCount(of: userID) })
        } catch let error as HomeserverError where error.isNotFound {
            return RedactedUser(isUnknown: true)
        } catch let error as HomeserverError where error.kind == .client && error.status != 401 {
            return RedactedUser()
        }
    }
}
