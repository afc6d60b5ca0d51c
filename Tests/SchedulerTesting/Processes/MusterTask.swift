/// A task as the native API shows it.
public struct MusterTask: Decodable, Sendable {
    /// Counters for people.
    public struct Progress: Decodable, Sendable {
        /// How much is done, and how much failed.
        public let done, failed: Int
        /// How much there is, once that is known.
        public let total: Int?
    }

    /// Its id, action and status.
    public let id, action, status: String
    /// The tries, and those that failed, crashed or were interrupted.
    public let attempt, failures, crashes, interruptions: Int
    /// Which process has it, or had it last.
    public let instance: String?
    /// Why it waits.
    public let reason: String?
    /// Why it failed.
    public let error: String?
    /// How far it is.
    public let progress: Progress?
}

/// One ended try of a task.
public struct MusterAttempt: Decodable, Sendable {
    /// Its number, from 1.
    public let attempt: Int
    /// Which process made it, and how it ended.
    public let instance, outcome: String?
}
