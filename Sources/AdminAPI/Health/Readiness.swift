public import Scheduler

/// Says whether this process can do its part now.
public typealias ReadinessSource = @Sendable () async -> Readiness

/// What a readiness probe is told.
public struct Readiness: Sendable {
    /// Why the process cannot do an action that its route gives it.
    public struct Gap: Sendable, Hashable {
        /// The action.
        public var action: ActionName
        /// What is wrong, in one sentence.
        public var problem: String

        /// An action that this process should run and cannot.
        public init(action: ActionName, problem: String) {
            self.action = action
            self.problem = problem
        }
    }

    /// The instance name of this process.
    public var instance: String
    /// What the process is doing.
    public var state: ProcessState
    /// Whether the database answers.
    public var isDatabaseReachable: Bool
    /// The actions that this process should run and cannot.
    public var gaps: [Gap]
    /// Whether work can be claimed: a round of claiming went well, and lately.
    public var canClaim: Bool
    /// What the database refuses this process now, by its name.
    public var failing: [String]

    /// A process's own account.
    public init(
        instance: String, state: ProcessState, isDatabaseReachable: Bool, gaps: [Gap] = [], canClaim: Bool = true, failing: [String] = []
    ) {
        self.canClaim = canClaim
        self.failing = failing
        self.instance = instance
        self.state = state
        self.isDatabaseReachable = isDatabaseReachable
        self.gaps = gaps
    }

    /// Whether work and requests may be sent here.
    public var isReady: Bool { state == .running && isDatabaseReachable && canClaim && failing.isEmpty && gaps.isEmpty }
}
