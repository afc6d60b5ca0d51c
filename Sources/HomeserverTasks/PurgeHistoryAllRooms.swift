public import Scheduler

/// Keeps a retention policy: purges what is old in all rooms that it is meant for, each in a task of its own.
public enum PurgeHistoryAllRooms: Action {
    /// `purge_history_all_rooms`.
    public static let name: ActionName = "purge_history_all_rooms"
    /// For people.
    public static let summary = "Purge the old history of all rooms that a policy is for"
    /// A purge for each room.
    public static let submits: [ActionName] = [PurgeHistory.name]
    /// Several may wait; a second one finds little to do.
    public static let defaults = ActionDefaults()
    /// The most rooms that are purged at once.
    public static let mostAtOnce = 10
    /// The most patterns of a list.
    public static let mostPatterns = 500

    /// Checks the policy.
    public static func validate(_ params: Params) throws {
        guard params.age != nil else {
            throw InvalidParams(field: "older_than", problem: "must be an age such as 90d, from 1m to a hundred years")
        }
        for (field, patterns) in [("rooms", params.rooms), ("exclude_rooms", params.excludeRooms)] {
            guard patterns.count <= mostPatterns, patterns.allSatisfy({ (1...255).contains($0.utf8.count) }) else {
                throw InvalidParams(field: field, problem: "must be at most 500 patterns of 1 to 255 bytes")
            }
        }
        guard params.minEvents >= 0 else { throw InvalidParams(field: "min_events", problem: "must not be negative") }
        guard params.minLocalMembers >= 0 else { throw InvalidParams(field: "min_local_members", problem: "must not be negative") }
        guard (1...mostAtOnce).contains(params.concurrency) else {
            throw InvalidParams(field: "concurrency", problem: "must be 1 to \(mostAtOnce)")
        }
        try PurgeHistory.validate(pauseMs: params.pauseMs)
        try TimeWindow.check(params.window, timeZone: params.timeZone)
    }
}
