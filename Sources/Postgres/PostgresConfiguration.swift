/// Where the database is and how to talk to it.
public struct PostgresConfiguration: Sendable {
    /// A libpq connection string or URI: several hosts, `target_session_attrs`, `sslmode`, service and password files all work as in psql.
    ///
    /// What it says about timeouts, keepalives and the application's name wins over the defaults here.
    public var conninfo: String
    /// The name in `pg_stat_activity`.
    public var applicationName: String
    /// The time that each host gets to answer while connecting; whole seconds, at least two.
    public var connectTimeout: Duration
    /// The longest that a statement may run on the server, sent as `statement_timeout`; zero means no limit.
    ///
    /// A server that does not answer five seconds after that is taken for dead.
    public var statementTimeout: Duration
    /// Whether a pooler stands between us and the server, which gives each transaction any of its connections.
    public var pooler: Pooler
    /// Further server settings, such as `synchronous_commit` or `plan_cache_mode`: set once after connecting, or for each transaction behind a pooler.
    ///
    /// `statement_timeout` is always that of ``statementTimeout``.
    public var settings: [String: String]
    /// What a setting must not be, with what it becomes where the server has that.
    ///
    /// Any other value of the server's stays. ``settings`` come first.
    public var corrections: [String: (wrong: String, right: String)]
    /// The isolation of transactions and of statements that are sent alone; nil leaves it to the server's role and database.
    public var isolation: Isolation?
    /// The most connections that a client's pool opens, 1 to 100.
    ///
    /// Listening takes one more for each ``PostgresClient/listen(_:)``.
    public var poolSize: Int {
        didSet { poolSize = min(max(poolSize, 1), 100) }
    }
    /// How long a caller waits for a connection of the pool.
    public var poolWaitTimeout: Duration
    /// How long a connection of the pool stays open while nobody uses it; nil for as long as it lives.
    public var poolIdleTime: Duration?

    /// What stands between us and the server.
    public enum Pooler: String, Sendable, CaseIterable {
        /// Nothing, or a pooler that gives each client a server connection of its own.
        case none
        /// A pooler such as PgBouncer in transaction mode: nothing may be left behind in a session. Statements are not prepared, settings travel
        /// with each transaction, and LISTEN does not work.
        case transaction
    }

    /// What a transaction sees of others, as SQL names it.
    public enum Isolation: String, Sendable, CaseIterable {
        case readCommitted = "read committed"
        case repeatableRead = "repeatable read"
        case serializable
    }

    /// How much longer than `statementTimeout` a silent server is waited for.
    var patienceWithSilence: Duration = .seconds(5)

    /// Takes the connection string and sets the rest to its defaults.
    public init(conninfo: String) {
        self.conninfo = conninfo
        applicationName = "muster"
        connectTimeout = .seconds(5)
        statementTimeout = .seconds(30)
        pooler = .none
        settings = [:]
        corrections = [:]
        isolation = nil
        poolSize = 5
        poolWaitTimeout = .seconds(5)
        poolIdleTime = .seconds(10)
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomReflectable {
    /// Everything but the connection string, which may hold a password.
    public var description: String {
        "PostgresConfiguration(applicationName: \(applicationName), poolSize: \(poolSize))"
    }

    /// The same, for `dump` and for test failures.
    public var customMirror: Mirror {
        Mirror(self, children: ["applicationName": applicationName, "poolSize": poolSize])
    }
}
