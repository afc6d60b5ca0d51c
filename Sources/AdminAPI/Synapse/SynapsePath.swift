import HTTPTypes

/// Every path of Synapse's that Muster serves.
///
/// The route table is made from this list, and so are the configurations of reverse proxies that send these paths to Muster and all others
/// to the homeserver.
public enum SynapsePath: CaseIterable, Sendable {
    case redactStatus, redact, deleteRoomAndWait, deleteRoom, deleteStatus, deletesOfRoom, purge, purgeUpToEvent, purgeStatus,
        scheduledTasks

    /// The method as it is sent: `GET`, `POST` or `DELETE`.
    public var method: String { verb.rawValue }

    /// The path with its parts in braces.
    public var template: String {
        switch self {
        case .redactStatus: "/_synapse/admin/v1/user/redact_status/{redact_id}"
        case .redact: "/_synapse/admin/v1/user/{user_id}/redact"
        case .deleteRoomAndWait: "/_synapse/admin/v1/rooms/{room_id}"
        case .deleteRoom: "/_synapse/admin/v2/rooms/{room_id}"
        case .deleteStatus: "/_synapse/admin/v2/rooms/delete_status/{delete_id}"
        case .deletesOfRoom: "/_synapse/admin/v2/rooms/{room_id}/delete_status"
        case .purge: "/_synapse/admin/v1/purge_history/{room_id}"
        case .purgeUpToEvent: "/_synapse/admin/v1/purge_history/{room_id}/{event_id}"
        case .purgeStatus: "/_synapse/admin/v1/purge_history_status/{purge_id}"
        case .scheduledTasks: "/_synapse/admin/v1/scheduled_tasks"
        }
    }

    var verb: HTTPRequest.Method {
        switch self {
        case .redact, .purge, .purgeUpToEvent: .post
        case .deleteRoom, .deleteRoomAndWait: .delete
        case .redactStatus, .deleteStatus, .deletesOfRoom, .purgeStatus, .scheduledTasks: .get
        }
    }
}
