import HomeserverTasks
import Scheduler

/// Where a task with many children is; users are named by their place in the list.
struct BulkCheckpoint: Codable, Sendable, Equatable {
    /// Children that have not ended: place to task id.
    private(set) var open: [Int: Int64] = [:]
    /// Users for whom somebody else's task stands in the way.
    private(set) var held: [Int] = []
    /// The first user who has not been submitted.
    private(set) var next = 0
    /// Children that have ended.
    private(set) var ended = 0
    private(set) var redacted = 0
    private(set) var verified = 0
    private(set) var failed = BoundedReasons(entries: 300, bytes: 20_000)
    /// Looks since a child ended.
    var quietLooks = 0

    /// Notes a submission.
    ///
    /// - Parameter id: nil when another task stands in the way
    mutating func submitted(_ id: TaskID?, at place: Int) {
        held.removeAll { $0 == place }
        if let id { open[place] = id.rawValue } else { held.append(place) }
        next = max(next, place + 1)
    }

    /// Notes an end.
    mutating func count(_ end: ChildEnd, of user: String, at place: Int) {
        open[place] = nil
        ended += 1
        if let problem = end.problem { failed.add(user, problem) }
        guard let result = end.result(RedactAllEvents.Result.self) else { return }
        redacted += result.redacted
        verified += result.verified ? 1 : 0
    }

    func progress(of users: Int) -> TaskProgress {
        TaskProgress(done: Int64(ended), total: Int64(users), failed: Int64(failed.count))
    }

    func result(of users: Int) -> RedactUsers.Result {
        RedactUsers.Result(
            users: users, redacted: redacted, verified: verified, failedUsers: failed.reasons, failedUsersOmitted: failed.omitted)
    }
}
