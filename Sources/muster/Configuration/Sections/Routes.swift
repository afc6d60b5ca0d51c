import Scheduler

/// The keys that say which process runs which action.
struct Routes: Sendable {
    /// Synapse's duty keys; each takes one name or a list.
    static let duties = [
        "media_instance_running_background_jobs", "update_user_directory_from_worker", "notify_appservices_from_worker",
        "pusher_instances", "federation_sender_instances",
    ]

    let runBackgroundTasksOn: [String]
    let taskRoutes: [ActionName: [String]]
    let dutyRoutes: [String: [String]]

    /// Reads the routes; whether their names are in `instance_map` is the roll call's to find (`unknown_instance`).
    static func read(_ top: Section) -> Routes {
        let background = top.entry("run_background_tasks_on").map { entry -> [String] in
            // Synapse takes an empty text for an absent one.
            if case .text("") = entry.value.content { return [InstanceName.main] }
            return top.names("run_background_tasks_on") ?? [InstanceName.main]
        }
        var duties: [String: [String]] = [:]
        for key in Self.duties { duties[key] = top.names(key).map(InstanceName.normalised) }
        return Routes(
            runBackgroundTasksOn: InstanceName.normalised(background ?? [InstanceName.main]), taskRoutes: taskRoutes(top),
            dutyRoutes: duties)
    }

    private static func taskRoutes(_ top: Section) -> [ActionName: [String]] {
        guard let section = top.section("task_routes") else { return [:] }
        var routes: [ActionName: [String]] = [:]
        for entry in section.allEntries {
            let action = ActionName(rawValue: entry.key)
            guard action.isValid else {
                top.problems.add(entry.place, "'task_routes' has the action '\(entry.key)'; use lower-case letters, digits, '_', '.', '-'.")
                continue
            }
            guard let names = NameList.read(entry.value, path: section.name(entry.key), problems: top.problems) else { continue }
            routes[action] = InstanceName.normalised(names)
        }
        return routes
    }
}
