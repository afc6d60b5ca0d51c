import Scheduler

/// Which process a configuration is for: `worker_app`, `worker_name`.
enum WorkerName {
    static let apps = ["muster.app.generic_worker"]
    static let mainApp = "muster.app.homeserver"

    /// The instance name; without `worker_name` it is `main`.
    static func read(_ top: Section, instances: [String]) -> String {
        let app = top.text("worker_app")
        let name = top.text("worker_name")
        if let app, app != mainApp, !apps.contains(app) {
            top.complain("worker_app", "must be \(apps[0]), not '\(app)'.")
        }
        guard let name else {
            if let app, app != mainApp, !top.has("worker_name") {
                top.complain("worker_app", "makes this a worker, but worker_name is missing; name it as in instance_map.")
            }
            return InstanceName.main
        }
        if app == mainApp { top.complain("worker_app", "\(mainApp) is the main process, which has no worker_name; remove one of them.") }
        guard InstanceName.normalised(name) != InstanceName.main else {
            top.complain("worker_name", "must not be '\(name)': that is the main process, which has no worker_name; remove the key.")
            return InstanceName.main
        }
        guard !instances.contains(name) else { return name }
        let hint = NearestName.to(name, among: instances.filter { $0 != InstanceName.main }).map { "did you mean '\($0)'?" }
        top.complain("worker_name", "'\(name)' is not in instance_map; \(hint ?? "add it there, or correct it.")")
        return name
    }
}
