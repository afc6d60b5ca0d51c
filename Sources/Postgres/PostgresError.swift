/// What went wrong with the database, in words that are safe to log: no parameter, no row, no password.
public struct PostgresError: Error, Sendable {
    /// The kind of trouble.
    public enum Code: String, Sendable {
        /// No connection could be made.
        case connectFailed
        /// The connection broke, or was closed; whether a statement in flight took effect is unknown.
        case connectionLost
        /// The server refused the statement; ``PostgresError/sqlState`` says why.
        case server
        /// No connection of the pool became free in time (without a SQLSTATE), or the statement ran into its own `statement_timeout` (57014).
        case timeout
        /// Somebody else cancelled the statement before its time was up; when it is the caller's own task, `CancellationError` is thrown
        /// instead.
        case cancelled
        /// A row does not have the columns that the statement's `decode` reads.
        case decode
        /// The client was shut down.
        case poolClosed
        /// The library was called in a way that cannot work.
        case invalidUse
    }

    /// The kind of trouble.
    public let code: Code
    /// The server's five-character code, when the server spoke.
    public let sqlState: String?
    /// One sentence: the server's primary message, never its detail.
    public let message: String
    /// The constraint that was violated.
    public let constraint: String?
    /// The ``Statement/name`` of the statement that failed.
    public let statement: String?

    /// True when a migration has made the connection's prepared statements useless; a new connection prepares them anew.
    let isStalePlan: Bool

    /// Makes an error.
    public init(
        code: Code, message: String, sqlState: String? = nil, constraint: String? = nil, statement: String? = nil
    ) {
        self.init(
            code: code, message: message, sqlState: sqlState, constraint: constraint, statement: statement, isStalePlan: false)
    }

    init(code: Code, message: String, sqlState: String?, constraint: String?, statement: String?, isStalePlan: Bool) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.constraint = constraint
        self.statement = statement
        self.isStalePlan = isStalePlan
    }

    /// True when the server is out of reach, going down, coming up or full: nothing is wrong with the statement.
    public var isConnectionProblem: Bool {
        switch code {
        case .connectFailed, .connectionLost: true
        case .server: sqlState.map { $0.hasPrefix("08") || $0.hasPrefix("57P0") || $0 == "53300" } ?? false
        default: false
        }
    }

    /// True when the database takes no such work just now, whoever asks: out of reach, going down, coming up, full, read-only, or failing.
    ///
    /// Nothing is wrong with the statement. Decided by SQLSTATE alone: 25006 and the classes 08, 53, 57 and 58. A statement that ran into
    /// its own time limit (``Code/timeout``) is not meant: the next one may be quick.
    public var isUnavailable: Bool {
        switch code {
        case .connectFailed, .connectionLost: true
        case .server, .cancelled: sqlState.map(Self.isMood) ?? false
        default: false
        }
    }

    /// True when the server refused a value (class 22) or a row that breaks a rule of its table (class 23): the same one, again and again.
    public var isValueRefused: Bool {
        guard code == .server, let sqlState else { return false }
        return sqlState.hasPrefix("22") || sqlState.hasPrefix("23")
    }

    /// Whether the session is to be given up: one that was opened while the database was read-only stays so for ever, and what a server in
    /// trouble has left in another is not worth knowing.
    var endsSession: Bool { code == .connectionLost || isStalePlan || (code == .server && isUnavailable) }

    private static func isMood(_ state: String) -> Bool {
        state == "25006" || ["08", "53", "57", "58"].contains(state.prefix(2))
    }

    /// True when the same transaction may succeed if it is tried again.
    ///
    /// After ``Code/connectionLost`` the transaction may have been committed: only work that is safe to repeat should be tried again.
    public var isRetryable: Bool {
        guard code != .connectFailed else { return !isConfigurationProblem }
        return isUnavailable || isStalePlan || ["40001", "40P01", "55P03"].contains(sqlState)
    }

    /// True when connecting will fail until somebody changes the configuration: wrong password, no such role or database.
    public var isConfigurationProblem: Bool {
        guard code == .connectFailed, let sqlState else { return false }
        return ConnectFailure.isConfiguration(sqlState)
    }
}

extension PostgresError: CustomStringConvertible {
    /// Code, SQLSTATE and statement before the message.
    public var description: String {
        let state = sqlState.map { " \($0)" } ?? ""
        let name = statement.map { " in \($0)" } ?? ""
        return "\(code.rawValue)\(state)\(name): \(message)"
    }
}
