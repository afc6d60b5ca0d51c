import AdminAPI
import HomeserverClient
import NIOCore

/// How many connections the listeners of a process may have, all together: what the limit of open files leaves.
///
/// A rule without I/O. A process that runs out of descriptors does not slow down, it breaks: Swift's runtime ends it
/// when it cannot look at its own threads, and what would open a file to read from it goes without.
struct FileBudget: Sendable, Hashable {
    /// The limit, and what was open of it at the start.
    var limit: Int
    var used: Int
    /// Connections to the database, of the pool and of the worker.
    var databaseConnections: Int
    var redisConnections: Int
    /// Connections to the homeserver, those of the proxy included.
    var homeserverConnections: Int
    var listeners: Int
    /// Event loops of the HTTP side.
    var loops: Int

    /// A client's connection has a thread, whose wake-up pipe has two ends.
    private static let filesOfClient = 3
    /// A loop has its selector, its timer and its wake-up.
    private static let filesOfLoop = 3
    /// For the runtime and libraries: look-ups of names, files that are read, addresses that are tried side by side,
    /// statements that are cancelled over a connection of their own, connections that are closing.
    static let reserve = 96
    /// Fewer are no service.
    static let leastConnections = 32
    /// Fewer than these are worth a warning: so many a listener would have if it could.
    static let usualConnections = 1000

    /// What the process needs before anybody connects to it.
    var ownFiles: Int {
        used + (databaseConnections + redisConnections) * Self.filesOfClient + homeserverConnections + listeners
            + loops * Self.filesOfLoop + Self.reserve
    }

    /// Connections of all listeners together, at most ``usualConnections``.
    ///
    /// - Throws: ``CommandFailure`` with status `configuration` when the process could not work with what is left.
    func connections() throws -> Int {
        let least = ownFiles + (listeners > 0 ? Self.leastConnections : 0)
        guard limit >= least else {
            throw CommandFailure(
                .configuration,
                "The limit of open files is \(limit), and this process needs at least \(least); raise its hard limit: "
                    + "LimitNOFILE= in the unit, or ulimit -Hn in a shell.")
        }
        return min(limit - ownFiles, Self.usualConnections)
    }
}

extension FileBudget {
    /// The budget of a process.
    init(_ configuration: MusterConfiguration, limit: Int, used: Int) {
        let homeserver = configuration.homeserver
        let calls = HomeserverClient.transportConfiguration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit
        let forwarded = HomeserverProxy.transportConfiguration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit
        let isForwarding = homeserver != nil && configuration.listeners.contains { $0.resources.contains(.proxy) }
        // The handlers' client and the door's have connections of their own, the handlers' to `client_url` as well.
        let addresses = homeserver.map { $0.clientURL == nil ? 2 : 3 } ?? 0
        self.init(
            limit: limit, used: used,
            // The worker's four, and one that listens.
            databaseConnections: configuration.database.poolSize + 5,
            redisConnections: configuration.redis == nil ? 0 : 2,
            homeserverConnections: calls * addresses + (isForwarding ? forwarded : 0),
            listeners: configuration.listeners.reduce(0) { $0 + $1.bindAddresses.count },
            loops: NIOSingletons.groupLoopCountSuggestion)
    }
}
