import HomeserverTasks
import Scheduler

/// Where a task with many children is; users are named by their place in the list.
struct BulkCheckpoint: ListedChildren, Equatable {
    /// Children that have not ended: place to task id.
    var open: [Int: Int64] = [:]
    /// Users for whom somebody else's task stands in the way.
    var held: [Int] = []
    /// The first user who has not been submitted.
    var next = 0
    /// Children that have ended.
    private(set) var ended = 0
    private(set) var redacted = 0
    private(set) var verified = 0
    private(set) var failed = BoundedReasons(entries: 300, bytes: 20_000)
    /// What a redact tells beside that; nil until a child has ended.
    private(set) var more: More?
    /// Looks since a child ended.
    var quietLooks = 0

    /// What came later than the first builds that stored such a checkpoint.
    struct More: Codable, Sendable, Equatable {
        var alreadyRedacted = 0
        /// In a dry run.
        var wouldRedact: Int?
        /// Users whose redact is complete, and where something may be left.
        var unverified = BoundedReasons(entries: 300, bytes: 12_000)
    }

    /// Notes a user for whom no task can be made.
    mutating func refused(_ user: String, _ problem: String, at place: Int) {
        held.removeAll { $0 == place }
        ended += 1
        failed.add(user, problem)
    }

    /// Notes an end.
    mutating func count(_ end: ChildEnd, of user: String, at place: Int) {
        open[place] = nil
        ended += 1
        if let problem = end.problem { failed.add(user, problem) }
        guard let result = end.result(RedactAllEvents.Result.self) else { return }
        redacted += result.redacted
        verified += result.verified ? 1 : 0
        var more = self.more ?? More()
        more.alreadyRedacted += result.alreadyRedacted
        if let found = result.wouldRedact { more.wouldRedact = (more.wouldRedact ?? 0) + found }
        if let doubt = Self.doubt(about: result) { more.unverified.add(user, doubt) }
        self.more = more
    }

    /// Why a complete redact is not verified; nil when it is, or when a dry run had nothing to complain of.
    private static func doubt(about result: RedactAllEvents.Result) -> String? {
        if !result.notVerified.isEmpty { return result.notVerified.joined(separator: " ") }
        // An older build gave no reasons.
        return result.verified || result.wouldRedact != nil ? nil : "events may be left; look at the user's task"
    }

    func progress(of users: Int) -> TaskProgress {
        TaskProgress(done: Int64(ended), total: Int64(users), failed: Int64(failed.count))
    }

    func result(of users: Int) -> RedactUsers.Result {
        RedactUsers.Result(
            users: users, redacted: redacted, alreadyRedacted: more?.alreadyRedacted ?? 0, wouldRedact: more?.wouldRedact,
            verified: verified,
            failedUsers: failed.reasons, failedUsersOmitted: failed.omitted, unverifiedUsers: more?.unverified.reasons ?? [:],
            unverifiedUsersOmitted: more?.unverified.omitted ?? 0)
    }
}
