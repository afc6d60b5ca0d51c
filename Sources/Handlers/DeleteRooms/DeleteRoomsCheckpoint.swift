import HomeserverTasks
import Scheduler

/// Where a delete of many rooms is; rooms are named by their place in the list.
struct DeleteRoomsCheckpoint: ListedChildren, Equatable {
    /// Deletes that have not ended: place to task id.
    var open: [Int: Int64] = [:]
    /// Rooms for which somebody else's delete stands in the way.
    var held: [Int] = []
    /// The first room that has not been submitted.
    var next = 0
    private(set) var deleted = 0
    private(set) var kickedUsers = 0
    /// Rooms of which the homeserver had nothing to delete: their places.
    private(set) var unknown: [Int]?
    private(set) var failed = BoundedReasons(entries: 300, bytes: 20_000)
    /// Looks since a delete ended.
    var quietLooks = 0

    /// Deletes that have ended.
    var ended: Int { deleted + failed.count }

    /// Notes an end.
    mutating func count(_ end: ChildEnd, of room: String, at place: Int) {
        open[place] = nil
        if let problem = end.problem { failed.add(room, problem) } else { deleted += 1 }
        let result = end.result(ShutdownAndPurgeRoom.Result.self)
        kickedUsers += result?.kickedUsers.count ?? 0
        if result?.notVerified != nil { unknown = (unknown ?? []) + [place] }
    }

    func progress(of rooms: Int) -> TaskProgress {
        TaskProgress(done: Int64(deleted), total: Int64(rooms), failed: Int64(failed.count))
    }

    func result(of rooms: [String]) -> DeleteRooms.Result {
        DeleteRooms.Result(
            rooms: rooms.count, deleted: deleted, kickedUsers: kickedUsers, failedRooms: failed.reasons,
            failedRoomsOmitted: failed.omitted, notVerified: unknown.map { [Self.sentence($0.map { rooms[$0] })] })
    }

    private static func sentence(_ unknown: [String]) -> String {
        let more = unknown.count > mostNamed ? " and \(unknown.count - mostNamed) more" : ""
        return "The homeserver knew nothing before of \(unknown.prefix(mostNamed).joined(separator: ", "))\(more): there was nothing to "
            + "delete. Look whether the room ids are right."
    }

    /// Rooms that the sentence names.
    private static let mostNamed = 20
}
