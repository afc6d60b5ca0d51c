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
        /// No connection of the pool became free in time, or the statement ran into its `statement_timeout`.
        case timeout
        /// Somebody else cancelled the statement; when it is the caller's own task, `CancellationError` is thrown instead.
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

    /// True when the same transaction may succeed if it is tried again.
    ///
    /// After ``Code/connectionLost`` the transaction may have been committed: only work that is safe to repeat should be tried again.
    public var isRetryable: Bool {
        guard code != .connectFailed else { return !isConfigurationProblem }
        return isConnectionProblem || isStalePlan || ["40001", "40P01", "55P03"].contains(sqlState)
    }

    /// True when connecting will fail until somebody changes the configuration: wrong password, no such role or database.
    public var isConfigurationProblem: Bool {
        guard code == .connectFailed, let sqlState else { return false }
        return sqlState.hasPrefix("28") || sqlState == "3D000"
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
