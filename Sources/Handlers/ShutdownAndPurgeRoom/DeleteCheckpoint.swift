import HomeserverClient
import HomeserverTasks

/// From what a room delete resumes.
struct DeleteCheckpoint: Codable, Sendable, Equatable {
    /// Deletes of the room that the homeserver knew before the task asked for its own; nil when it has not asked.
    ///
    /// Stored before asking, so that after a kill the task tells its own delete from older ones without comparing clocks.
    var known: [String]?
    /// The delete that is being followed, stored before it is looked at.
    var deleteID: String?
    /// Whether that delete is another one's, after which the task asks for its own.
    var isForeign = false
    /// Whether the homeserver knew no such room when the task first looked; nil when it has not, or when a build before this one did.
    var isUnknown: Bool?
    /// What deletes that were followed did.
    var result = ShutdownAndPurgeRoom.Result()

    /// The most ids that are kept; the homeserver forgets them after a week.
    static let mostKnown = 1000

    /// Adds what a delete did; of long lists the beginning, since checkpoint and result are bounded.
    mutating func merge(_ shutdown: RemoteRoomDelete.Shutdown?) {
        guard let shutdown else { return }
        let kicked = Set(shutdown.kickedUsers)
        result.kickedUsers = Self.union(result.kickedUsers, shutdown.kickedUsers, mostBytes: 24_000)
        result.failedToKickUsers = Self.union(
            result.failedToKickUsers.filter { !kicked.contains($0) }, shutdown.failedToKickUsers.filter { !kicked.contains($0) },
            mostBytes: 8_000)
        result.localAliases = Self.union(result.localAliases, shutdown.localAliases, mostBytes: 8_000)
        result.newRoomID = shutdown.newRoomID ?? result.newRoomID
    }

    private static func union(_ left: [String], _ right: [String], mostBytes: Int) -> [String] {
        var (seen, bytes) = (Set<String>(), 0)
        return (left + right).filter { name in
            guard bytes + name.utf8.count + 4 <= mostBytes, seen.insert(name).inserted else { return false }
            bytes += name.utf8.count + 4
            return true
        }
    }
}

/// Which delete to follow, of those that the homeserver knows: pure.
enum DeleteChoice: Equatable, Sendable {
    /// The task's own: it was not there before.
    case own(String)
    /// Another one's that is running, which must end first.
    case foreign(String)
    /// None: ask for one.
    case none

    static func of(_ deletes: [RemoteRoomDelete], known: [String]) -> DeleteChoice {
        let known = Set(known)
        let new = deletes.filter { !known.contains($0.deleteID) }
        // A running one before a finished one: whatever came between, it is the newest.
        if let own = new.first(where: { !$0.status.isFinished }) ?? new.first(where: { $0.status == .complete }) {
            return .own(own.deleteID)
        }
        if let running = deletes.first(where: { !$0.status.isFinished }) { return .foreign(running.deleteID) }
        return .none
    }
}
