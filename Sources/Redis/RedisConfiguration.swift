/// Where Redis is and how to talk to it.
public struct RedisConfiguration: Sendable {
    /// The host's name or address; of a name with IPv4 and IPv6 addresses the first IPv4 address is used.
    public var host: String
    /// The TCP port.
    public var port: Int
    /// A Unix socket, at most 107 bytes long; when it is set, host and port are not used.
    public var path: String?
    /// The number of the database (`SELECT`).
    ///
    /// Channels are shared by all databases of a server.
    public var database: Int
    /// The user of Redis 6 and later; nil means the default user.
    public var username: String?
    /// The password (`AUTH`); nil sends none.
    public var password: String?
    /// The longest that resolving the name and connecting may take, each.
    public var connectTimeout: Duration
    /// The longest that the server may take to answer; after that it is taken for dead and the connection is given up.
    public var commandTimeout: Duration
    /// How often a subscription asks the server whether it is still there.
    public var pingInterval: Duration

    /// Takes the address and sets the rest to its defaults.
    public init(
        host: String = "localhost", port: Int = 6379, path: String? = nil, database: Int = 0, username: String? = nil,
        password: String? = nil
    ) {
        self.host = host
        self.port = port
        self.path = path
        self.database = database
        self.username = username
        self.password = password
        connectTimeout = .seconds(2)
        commandTimeout = .seconds(2)
        pingInterval = .seconds(15)
    }

    /// What a person calls this server in a message.
    var address: String { path ?? "\(host):\(port)" }
}

extension RedisConfiguration: CustomStringConvertible, CustomReflectable {
    /// Everything but user and password.
    public var description: String {
        "RedisConfiguration(\(address), database: \(database))"
    }

    /// The same, for `dump` and for test failures.
    public var customMirror: Mirror {
        Mirror(self, children: ["address": address, "database": database])
    }
}
