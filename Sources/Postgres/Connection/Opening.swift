import CLibPQ

/// Connects: parses the connection string, adds defaults, and blocks until the server has answered.
enum Opening {
    static func connect(_ configuration: PostgresConfiguration) throws -> Wire {
        try check(configuration.conninfo)
        let began = ContinuousClock.now
        // The connection string stands last but for what must not be changed: a later keyword wins.
        let parameters: [(String, String)] = [
            ("application_name", configuration.applicationName),
            ("connect_timeout", String(max(2, configuration.connectTimeout.components.seconds))),
            ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"), ("tcp_user_timeout", "30000"),
            ("dbname", configuration.conninfo),
            ("client_encoding", "UTF8"),
        ]
        guard let connection = withCStrings(parameters, { PQconnectdbParams($0, $1, 1) }) else {
            throw PostgresError(code: .connectFailed, message: "no memory for the connection")
        }
        let wire = Wire(connection)
        if PQstatus(connection) != CONNECTION_OK {
            try askAgain(connection, within: .now - began < configuration.connectTimeout)
        }
        // Notices would go to stderr and may quote values.
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        guard PQsetnonblocking(connection, 1) == 0 else {
            throw PostgresError(code: .connectFailed, message: "the connection cannot be made non-blocking")
        }
        return wire
    }

    /// Tries once more, for the code of the refusal.
    ///
    /// The form in which libpq tells it can only be chosen on a connection that there is already, and the calls that connect step by step know
    /// no time limit for each host. Where the first try took as long as a host may take, no server refused: there is nothing to ask.
    private static func askAgain(_ connection: OpaquePointer, within isSoon: Bool) throws {
        let first = String(cString: PQerrorMessage(connection))
        guard isSoon else { throw ConnectFailure(target: ConnectionTarget(of: connection), text: "").error }
        PQsetErrorVerbosity(connection, PQERRORS_SQLSTATE)
        PQreset(connection)
        if PQstatus(connection) == CONNECTION_OK {
            PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
            return
        }
        let second = String(cString: PQerrorMessage(connection))
        let target = ConnectionTarget(of: connection)
        // libpq does not try again, and says nothing, where it could not use the options: no server spoke the first time either.
        guard !second.isEmpty else {
            throw PostgresError(code: .invalidUse, message: ConnectFailure(target: target, text: first).error.message)
        }
        throw ConnectFailure(target: target, text: second, needsPassword: PQconnectionNeedsPassword(connection) == 1).error
    }

    /// libpq quotes a malformed connection string in its message, password and all, so its message is not used.
    private static func check(_ conninfo: String) throws {
        guard let target = ConnectionTarget(parsing: conninfo) else {
            throw PostgresError(
                code: .invalidUse,
                message: "the database's connection string is malformed; write postgresql://user@host/database or key=value pairs, "
                    + "and percent-encode or quote special characters")
        }
        if let problem = target.problem { throw PostgresError(code: .invalidUse, message: problem) }
    }

    private static func withCStrings<Result>(
        _ parameters: [(String, String)],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        func append(
            _ rest: ArraySlice<(String, String)>, _ keys: [UnsafePointer<CChar>?], _ values: [UnsafePointer<CChar>?]
        ) -> Result {
            guard let (key, value) = rest.first else { return body(keys + [nil], values + [nil]) }
            return key.withCString { key in
                value.withCString { value in append(rest.dropFirst(), keys + [key], values + [value]) }
            }
        }
        return append(parameters[...], [], [])
    }
}

/// Sets everything that holds for one transaction, where the next one may run on another server connection.
struct ApplyLocalSettings: Statement {
    static let name = "muster_apply_local_settings"
    static let sql = ApplySettings.text(isLocal: true)
    let settings: ApplySettings

    func bind(_ binds: inout Binds) { settings.bind(&binds) }
}

/// Sets everything that holds for the whole connection, in one round trip.
///
/// It runs under whatever `search_path` role and database say, so each type, function and operator is named with its schema; `unnest` of
/// several arrays is the system's own by its grammar.
struct ApplySettings: Statement {
    static let name = "muster_apply_settings"
    static let sql = text(isLocal: false)
    /// `wrong` is the only value that is changed; nil where all are.
    let settings: [(name: String, value: String, wrong: String?)]

    static func text(isLocal: Bool) -> String {
        """
        SELECT pg_catalog.set_config(s.setting, s.value, \(isLocal))
        FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[], $3::pg_catalog.text[]) AS s (setting, value, wrong)
        WHERE s.wrong IS NULL OR s.wrong OPERATOR(pg_catalog.=) pg_catalog.current_setting(s.setting)
        """
    }

    init(_ configuration: PostgresConfiguration) {
        let milliseconds = Int64(configuration.statementTimeout / .milliseconds(1))
        var chosen = configuration.settings
        chosen["default_transaction_isolation"] = configuration.isolation?.rawValue ?? chosen["default_transaction_isolation"]
        chosen["statement_timeout"] = String(max(0, milliseconds))
        let corrections = configuration.corrections.filter { chosen[$0.key] == nil }
        settings =
            chosen.sorted { $0.key < $1.key }.map { ($0.key, $0.value, nil) }
            + corrections.sorted { $0.key < $1.key }.map { ($0.key, $0.value.right, $0.value.wrong) }
    }

    func bind(_ binds: inout Binds) {
        binds.add(settings.map(\.name))
        binds.add(settings.map(\.value))
        binds.add(settings.map(\.wrong))
    }
}

extension PostgresConfiguration {
    /// How a transaction begins: behind a pooler nothing but its first command can choose the isolation.
    var beginning: String { isolation.map { "BEGIN ISOLATION LEVEL \($0.rawValue.uppercased())" } ?? "BEGIN" }
}

/// Makes the server plan the prepared statements of a connection once, or as it sees fit.
struct ChoosePlans: Statement {
    static let setting = "plan_cache_mode"
    static let name = "muster_choose_plans"
    static let sql = "SELECT pg_catalog.set_config('\(setting)', $1::pg_catalog.text, false)"
    let once: Bool

    func bind(_ binds: inout Binds) { binds.add(once ? "force_generic_plan" : "auto") }
}
