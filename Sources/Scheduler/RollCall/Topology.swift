/// Which processes there are and which of them may run which action: the shared configuration, resolved.
///
/// A pure value, the same in every process that read the same shared file.
public struct Topology: Sendable, Hashable {
    /// What happens to a submission that no live process may run.
    public enum UncoveredPolicy: String, Sendable, Hashable, CaseIterable {
        /// Refuse it, naming the processes that lack the handler.
        case reject
        /// Accept it and park it.
        case park
    }

    /// The instance names of `instance_map`, `main` among them, sorted.
    public var instances: [String]
    /// Where actions run that no other key routes.
    public var runBackgroundTasksOn: [String]
    /// `task_routes`: action to instance names.
    public var taskRoutes: [ActionName: [String]]
    /// The duty keys that are set, such as `pusher_instances`, each with its instance names.
    public var dutyRoutes: [String: [String]]
    /// What happens to a submission that no live process may run.
    public var onUncovered: UncoveredPolicy
    /// How long an action's processes may all be away before it counts as uncovered.
    public var gracePeriod: Duration
    /// Names the shared configuration: processes with another digest read another file.
    public var digest: String

    /// A topology; `main` runs everything unless it is said otherwise.
    public init(
        instances: [String] = ["main"], runBackgroundTasksOn: [String] = ["main"], taskRoutes: [ActionName: [String]] = [:],
        dutyRoutes: [String: [String]] = [:], onUncovered: UncoveredPolicy = .reject, gracePeriod: Duration = .seconds(30),
        digest: String = ""
    ) {
        self.instances = instances.sorted()
        self.runBackgroundTasksOn = runBackgroundTasksOn
        self.taskRoutes = taskRoutes
        self.dutyRoutes = dutyRoutes
        self.onUncovered = onUncovered
        self.gracePeriod = gracePeriod
        self.digest = digest
    }

    /// The instance names that may run an action: its own route, else its duty's, else `run_background_tasks_on`.
    public func route(of action: ActionDefinition) -> [String] {
        if let route = taskRoutes[action.name] { return route }
        if let duty = action.defaults.dutyKey, let route = dutyRoutes[duty] { return route }
        return runBackgroundTasksOn
    }
}
