import HomeserverClient
import HomeserverTasks

/// In whose name events are redacted: pure.
enum RedactIdentity: Sendable, Equatable {
    /// The admin of the configuration.
    case admin
    /// The admin in place of the user, since there is no way to act as the user from outside: where the admin may not, the homeserver does it as
    /// the user.
    case standIn
    /// The user, by an access token that the admin gets.
    case puppet
    /// The user, through the application service.
    case applicationService

    /// As Synapse: the admin when asked for, or when the user is another server's; else the user.
    static func choose(_ params: RedactAllEvents.Params, adminID: String, puppet: HomeserverConfiguration.Puppet) -> RedactIdentity {
        let isLocal = MatrixID.server(of: params.userID) == MatrixID.server(of: adminID)
        if params.useAdmin || !isLocal || params.userID == adminID { return .admin }
        switch puppet {
        case .adminLogin: return .puppet
        case .applicationService: return .applicationService
        case .none: return .standIn
        }
    }

    /// Whether the admin's token is used.
    var isAdmin: Bool { self == .admin || self == .standIn }
}
