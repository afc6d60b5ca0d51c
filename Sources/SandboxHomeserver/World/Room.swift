/// How a user stands to a room.
///
/// `leave` covers those who left and those who were kicked, as it does in Matrix.
public enum SandboxMembership: String, Sendable, Equatable {
    /// In the room.
    case join
    /// Left or was kicked.
    case leave
    /// Banned.
    case ban
    /// Invited, not yet in the room.
    case invite
}

/// One room: its order of events, its current state and its members.
struct Room: Sendable {
    let id: String
    let creator: String
    /// Event ids in order of depth, then of arrival.
    var timeline: [String] = []
    /// The highest depth so far; the next event hangs one below.
    var depth = 0
    /// The event that arrived last, wherever it hangs.
    var newestByArrival: String?
    /// When that was.
    var newestReceivedAt = 0
    var state: [StateKey: String] = [:]
    var members: [String: SandboxMembership] = [:]
    /// Stream position at which somebody who is out last left: what he may still read ends there.
    var leftAt: [String: Int] = [:]
    var forgottenBy: Set<String> = []
    var aliases: [String] = []

    struct StateKey: Hashable, Sendable {
        let type: String
        let key: String
    }

    func hasJoined(_ userID: String) -> Bool { members[userID] == .join }
}
