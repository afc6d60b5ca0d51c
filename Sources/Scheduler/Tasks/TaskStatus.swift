/// Where a task stands, in one spelling for SQL, JSON, logs and Swift.
///
/// `scheduled → active → complete | failed | cancelled`, and `parked`: accepted, but no live process may run it. A retry is `scheduled`
/// with a later `run_at`. `docs/lifecycle.md` has the whole table.
public enum TaskStatus: String, Hashable, Sendable, Codable, CaseIterable {
    /// Waiting for its time or for a free slot.
    case scheduled
    /// An attempt is running.
    case active
    /// Accepted, but no live process may run it; goes on by itself when one appears.
    case parked
    /// Ended well.
    case complete
    /// Ended badly, and not tried again.
    case failed
    /// Stopped for good by a person.
    case cancelled

    /// Whether nothing more will happen to the task by itself.
    public var isFinal: Bool {
        switch self {
        case .complete, .failed, .cancelled: true
        case .scheduled, .active, .parked: false
        }
    }

    /// The statuses of unfinished tasks.
    public static let unfinished: [TaskStatus] = [.scheduled, .active, .parked]
}
