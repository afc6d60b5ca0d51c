import HomeserverTasks
import Scheduler

/// Where a policy's work is.
struct AllRoomsCheckpoint: ChildLedger, Equatable {
    /// What was received before this time goes, in milliseconds since 1970.
    let cutoff: Int64
    /// Rooms that have been looked at, in the order of the homeserver's list.
    private(set) var seen = 0
    /// The last one of them.
    private(set) var last: String?
    /// Whether that were all.
    var isAtEnd = false
    /// Rooms in all, when they were last counted.
    var total = 0
    /// Purges that have not ended: room id to task id.
    private(set) var open: [String: Int64] = [:]
    private(set) var purged = 0
    private(set) var skipped = 0
    private(set) var events = 0
    private(set) var estimates: [String: Int] = [:]
    private(set) var failed = BoundedReasons(entries: 200, bytes: 20_000)
    /// Looks since a purge ended.
    var quietLooks = 0

    /// Rooms whose estimate a dry run tells, and the bytes of their ids.
    static let mostEstimates = (rooms: 300, bytes: 20_000)

    init(cutoff: Int64) { self.cutoff = cutoff }

    /// The room is not purged.
    mutating func skip(_ room: String) {
        pass(room)
        skipped += 1
    }

    /// The room cannot be looked at.
    mutating func fail(_ room: String, _ reason: String) {
        pass(room)
        failed.add(room, reason)
    }

    /// The room would be purged.
    mutating func estimate(_ room: String, _ count: Int) {
        pass(room)
        purged += 1
        events += count
        let bytes = estimates.keys.reduce(room.utf8.count) { $0 + $1.utf8.count }
        if estimates.count < Self.mostEstimates.rooms, bytes <= Self.mostEstimates.bytes { estimates[room] = count }
    }

    /// The room's purge was submitted.
    mutating func begin(_ room: String, _ task: TaskID, _ count: Int) {
        pass(room)
        events += count
        open[room] = task.rawValue
    }

    /// The room's purge has ended.
    mutating func end(_ room: String, _ end: ChildEnd) {
        open[room] = nil
        if let problem = end.problem { failed.add(room, problem) } else { purged += 1 }
    }

    /// Goes on after the last room that was looked at, wherever it is now.
    mutating func resume(at place: Int) { seen = place }

    private mutating func pass(_ room: String) {
        seen += 1
        last = room
    }

    var progress: TaskProgress {
        TaskProgress(
            done: Int64(purged + skipped), total: Int64(max(total, purged + skipped + failed.count + open.count)),
            failed: Int64(failed.count))
    }

    func result(isDryRun: Bool) -> PurgeHistoryAllRooms.Result {
        PurgeHistoryAllRooms.Result(
            rooms: purged + skipped + failed.count + open.count, purgedRooms: purged, skippedRooms: skipped, estimatedEvents: events,
            perRoom: isDryRun ? estimates : nil, failedRooms: failed.reasons, failedRoomsOmitted: failed.omitted)
    }
}
