import AdminAPI
import Scheduler

/// The configuration of one process, read from its files and checked.
struct MusterConfiguration: Sendable {
    /// `main`, or the worker's name in `instance_map`.
    var instance: String
    /// The name that user ids end in; present when `homeserver` is.
    var serverName: String?
    var database: DatabaseSettings
    /// Nil unless enabled.
    var redis: RedisSettings?
    /// Name to address; the names without an address are only in `topology.instances`.
    var instanceMap: [String: InstanceAddress]
    /// Instances, routes and the policy for uncovered actions; its digest names them.
    var topology: Topology
    /// Heartbeat, concurrency, retention.
    var settings: SchedulerSettings
    /// Nil when no section `homeserver` is given: then only actions that need none can be ready.
    var homeserver: HomeserverSettings?
    /// What internal requests between processes must carry.
    var replicationSecret: Secret?
    /// The ports of this very process: `listeners` of the main process, `worker_listeners` of a worker.
    var listeners: [ListenerSettings]
    /// Proxies that are believed whom they were called by.
    var trustedProxies: [AddressRange]
    var log: LogSettings
    /// What works but deserves a look, a line each.
    var warnings: [String]

    /// Whether this is the main process.
    var isMain: Bool { instance == InstanceName.main }

    /// Reads and checks the files of one process, later ones over earlier ones as ``ConfigurationMerge`` says.
    ///
    /// Reads small local files and blocks meanwhile: for start-up only.
    ///
    /// - Throws: ``ConfigurationError`` with every problem that was found.
    static func load(paths: [String], secrets: SecretReading = .read) throws(ConfigurationError) -> MusterConfiguration {
        guard !paths.isEmpty else {
            throw ConfigurationError(problems: ["No configuration file is given; name one with --config-path."])
        }
        var files: [[ConfigurationNode.Entry]] = []
        var problems: [String] = []
        for path in paths {
            do throws(ConfigurationError) { files.append(try ConfigurationFile.read(path)) } catch { problems += error.problems }
        }
        // What is missing in those that can be read may stand in the others.
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        return try resolve(ConfigurationMerge.merge(files), named: paths[0], secrets)
    }

    static func resolve(
        _ entries: [ConfigurationNode.Entry], named file: String, _ secrets: SecretReading
    ) throws(ConfigurationError) -> MusterConfiguration {
        let problems = ProblemList()
        let top = Section(entries: entries, prefix: "", place: .init(file: file, line: 1), problems: problems)

        let instanceMap = InstanceMap.read(top)
        let instances = Set(instanceMap.keys).union([InstanceName.main]).sorted()
        let instance = WorkerName.read(top, instances: instances)
        let serverName = ServerName.read(top)
        let database = DatabaseSettings.read(top, secrets)
        let redis = RedisSettings.read(top, secrets)
        let routes = Routes.read(top)
        let rollCall = RollCallSettings.read(top)
        let settings = SchedulerSection.read(top)
        let homeserver = HomeserverSettings.read(top, secrets)
        let replicationSecret = top.secret("worker_replication_secret", secrets)
        let ownListeners = ListenerSettings.read(top, key: "listeners")
        let workerListeners = ListenerSettings.read(top, key: "worker_listeners")
        let listeners = instance == InstanceName.main ? ownListeners : workerListeners
        let trustedProxies = TrustedProxies.read(top)
        let log = LogSettings.read(top)
        top.finish(unsupported: ["schedules"])

        if instance == InstanceName.main, !top.has("worker_name"), top.has("worker_listeners") {
            top.complain("worker_listeners", "is for workers; the main process has listeners, or set worker_name.")
        }
        if listeners.contains(where: { $0.resources.contains(.replication) }), !top.hasSecret("worker_replication_secret") {
            top.require(
                "worker_replication_secret", "a listener serves replication, which needs it, here or as worker_replication_secret_path.")
        }
        ProxyRules.check(listeners, homeserver, top)
        try problems.check()
        guard let database else { throw ConfigurationError(problems: ["\(file): 'database' cannot be used; correct it."]) }
        return MusterConfiguration(
            instance: instance, serverName: serverName, database: database, redis: redis, instanceMap: instanceMap,
            topology: Topology(
                instances: instances, runBackgroundTasksOn: routes.runBackgroundTasksOn, taskRoutes: routes.taskRoutes,
                dutyRoutes: routes.dutyRoutes, onUncovered: rollCall.onUncovered, gracePeriod: rollCall.gracePeriod,
                digest: SharedDigest.of(instances: instanceMap, routes: routes, rollCall: rollCall, limits: settings.limits)),
            settings: settings, homeserver: homeserver, replicationSecret: replicationSecret, listeners: listeners,
            trustedProxies: trustedProxies, log: log,
            warnings: problems.warnings)
    }
}
