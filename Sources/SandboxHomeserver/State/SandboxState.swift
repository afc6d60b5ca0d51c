import Synchronization

/// The world of a sandbox homeserver: seeded and inspected directly, changed by HTTP calls as well.
///
/// It outlives the server: stopping a ``SandboxHomeserver`` and starting another one with the same state is a restart of the homeserver
/// on the same database. Everything here is in memory only.
public final class SandboxState: Sendable {
    /// The domain of all local users.
    public let serverName: String
    /// The switches for faults.
    public let faults = SandboxFaults()

    let world: Mutex<World>
    let calls = Mutex(CallLog())
    let queue = JobQueue()
    let gate = JobGate()

    /// An empty world.
    public init(serverName: String = "sandbox.test", settings: SandboxSettings = SandboxSettings()) {
        self.serverName = serverName
        var world = World(serverName: serverName)
        world.settings = settings
        self.world = Mutex(world)
    }

    /// The settings as they are now.
    public var settings: SandboxSettings { world.withLock { $0.settings } }

    /// Changes settings; requests and jobs that begin later follow them.
    public func configure(_ change: (inout SandboxSettings) -> Void) {
        world.withLock { change(&$0.settings) }
    }

    /// The full id of a local user: `@name:server`.
    public func userID(_ name: String) -> String { "@\(name):\(serverName)" }

    /// Runs one step on the world; no other step sees it half done.
    func change<Result>(_ step: (inout World) throws(SandboxRefusal) -> Result) throws(SandboxRefusal) -> Result where Result: Sendable {
        try world.withLock { world throws(SandboxRefusal) in try step(&world) }
    }
}
