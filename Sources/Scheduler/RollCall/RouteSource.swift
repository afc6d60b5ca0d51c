/// The key of the shared configuration that decides an action's route; what a remedy tells people to look at.
struct RouteSource: Hashable {
    /// The key as written: `run_background_tasks_on`, `task_routes.purge_history`, `pusher_instances`.
    let key: String
    /// The instance names that it gives, `master` written as `main`, each once.
    let instances: [String]

    /// The source of one action's route: its own, else its duty's, else `run_background_tasks_on`.
    init(of action: ActionDefinition, in topology: Topology) {
        if topology.taskRoutes[action.name] != nil {
            key = "task_routes.\(action.name)"
        } else if let duty = action.defaults.dutyKey, topology.dutyRoutes[duty] != nil {
            key = duty
        } else {
            key = "run_background_tasks_on"
        }
        instances = InstanceName.normalised(topology.route(of: action))
    }

    private init(key: String, instances: [String]) {
        self.key = key
        self.instances = InstanceName.normalised(instances)
    }

    /// Every key that names instances, whether or not an action uses it now.
    static func all(in topology: Topology) -> [(source: RouteSource, action: ActionName?)] {
        var sources: [(source: RouteSource, action: ActionName?)] = [
            (RouteSource(key: "run_background_tasks_on", instances: topology.runBackgroundTasksOn), nil)
        ]
        for (action, route) in topology.taskRoutes.sorted(by: { $0.key < $1.key }) {
            sources.append((RouteSource(key: "task_routes.\(action)", instances: route), action))
        }
        for (duty, route) in topology.dutyRoutes.sorted(by: { $0.key < $1.key }) {
            sources.append((RouteSource(key: duty, instances: route), nil))
        }
        return sources
    }
}

/// The spelling of instance names.
package enum InstanceName {
    /// The main process.
    package static let main = "main"

    /// `master`, Synapse's inner name for the main process, becomes `main`; every other name stays.
    package static func normalised(_ name: String) -> String { name == "master" ? main : name }

    /// The same for a list, each name once, in the order of first mention.
    package static func normalised(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.map(normalised).filter { seen.insert($0).inserted }
    }
}
