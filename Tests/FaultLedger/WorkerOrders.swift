public import Foundation
public import Scheduler

/// How one fault worker is to run: what a configuration file would say, as one JSON argument.
public struct WorkerOrders: Codable, Sendable {
    /// Its instance name.
    public var instance: String
    /// One start of a process, as the ledger names it.
    public var boot: UUID
    /// How the store is reached.
    public var store: String
    /// How the ledger is reached.
    public var ledger: String
    /// The socket of the Redis that carries wake-ups; nil leaves them to the database.
    public var redis: String?
    /// Whether the store is reached through a pooler in transaction mode.
    public var isPooled: Bool
    /// All instance names.
    public var instances: [String]
    /// Those that run what no route names.
    public var runsOn: [String]
    /// Action to instance names.
    public var routes: [String: [String]]
    /// The actions that its build knows.
    public var catalogue: [String]
    /// The actions that its build has handlers for.
    public var handlers: [String]
    /// The build's version.
    public var version: String
    /// How often the heartbeat is renewed, in milliseconds, as all that follow.
    public var heartbeat: Int
    /// After what age of the heartbeat a process is dead.
    public var deadAfter: Int
    /// How long it sleeps at most before it looks for work.
    public var poll: Int
    /// How long attempts may go on after SIGTERM.
    public var grace: Int
    /// Attempts at once.
    public var concurrency: Int
    /// Whether its log has a line for each attempt; nil for not.
    public var logsAll: Bool?

    /// Orders with the product's default numbers and all actions.
    public init(instance: String, store: String, ledger: String, instances: [String], runsOn: [String]) {
        self.instance = instance
        self.store = store
        self.ledger = ledger
        self.instances = instances
        self.runsOn = runsOn
        boot = UUID()
        redis = nil
        isPooled = false
        routes = [:]
        version = "1"
        heartbeat = 5000
        deadAfter = 20_000
        poll = 1000
        grace = 30_000
        concurrency = 20
        let all = FaultCatalogue.names
        catalogue = all
        handlers = all
    }

    /// The routes.
    public var topology: Topology {
        Topology(
            instances: instances, runBackgroundTasksOn: runsOn,
            taskRoutes: Dictionary(uniqueKeysWithValues: routes.map { (ActionName(rawValue: $0), $1) }), onUncovered: .park,
            gracePeriod: .seconds(30), digest: "faults")
    }

    /// The numbers.
    public var settings: SchedulerSettings {
        var settings = SchedulerSettings()
        settings.heartbeatInterval = .milliseconds(heartbeat)
        settings.deadAfter = .milliseconds(deadAfter)
        settings.pollInterval = .milliseconds(poll)
        settings.shutdownGracePeriod = .milliseconds(grace)
        settings.concurrency = concurrency
        return settings
    }
}
