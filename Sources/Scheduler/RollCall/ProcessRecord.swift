public import Foundation

/// One incarnation of a process, as it registered itself.
public struct ProcessRecord: Sendable {
    /// One start of a process.
    public var incarnation: UUID
    /// Its name in `instance_map`.
    public var instance: String
    /// The machine that it runs on.
    public var host: String
    /// Its process id there.
    public var pid: Int
    /// The build's version.
    public var version: String
    /// The digest of the shared configuration that it read.
    public var configDigest: String
    /// What it is doing.
    public var state: ProcessState
    /// When it registered.
    public var startedAt: Date
    /// When it last renewed its heartbeat.
    public var beatAt: Date
    /// Whether its heartbeat is recent enough, by the database's clock.
    public var isLive: Bool
    /// The actions that it has a handler for.
    public var handlers: [HandlerRecord]
    /// Attempts that it runs now.
    public var active: Int

    /// A record; used by the store and by tests of the roll call.
    public init(
        incarnation: UUID, instance: String, host: String, pid: Int, version: String, configDigest: String, state: ProcessState,
        startedAt: Date, beatAt: Date, isLive: Bool, handlers: [HandlerRecord], active: Int = 0
    ) {
        self.incarnation = incarnation
        self.instance = instance
        self.host = host
        self.pid = pid
        self.version = version
        self.configDigest = configDigest
        self.state = state
        self.startedAt = startedAt
        self.beatAt = beatAt
        self.isLive = isLive
        self.handlers = handlers
        self.active = active
    }
}

/// What a registered process is doing.
public enum ProcessState: String, Sendable, Hashable, Codable {
    /// It takes work.
    case running
    /// It finishes what it has and takes nothing new.
    case draining
    /// It left by itself.
    case stopped
    /// Its heartbeat stopped, and its tasks were taken back.
    case dead
}

/// One handler in a process's manifest.
public struct HandlerRecord: Sendable, Hashable, Codable {
    /// The action that it performs.
    public var action: ActionName
    /// The form of params that it reads.
    public var schemaDigest: String
    /// Whether its `prepare` succeeded, or could not tell because something was unreachable.
    public var ready: Bool
    /// Why it is not ready; of one that is ready, what is unreachable.
    public var reason: String?

    /// Whether nobody can tell just now that the handler works, or that it does not.
    public var isUncertain: Bool { ready && reason != nil }

    /// An entry of a manifest.
    public init(action: ActionName, schemaDigest: String, ready: Bool = true, reason: String? = nil) {
        self.action = action
        self.schemaDigest = schemaDigest
        self.ready = ready
        self.reason = reason
    }
}
