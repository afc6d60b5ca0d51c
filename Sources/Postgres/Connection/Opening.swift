import CLibPQ

/// Connects: parses the connection string, adds defaults, and blocks until the server has answered.
enum Opening {
    static func connect(_ configuration: PostgresConfiguration) throws -> Wire {
        try check(configuration.conninfo)
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
        guard PQstatus(connection) == CONNECTION_OK else {
            throw ConnectFailure.error(String(cString: PQerrorMessage(connection)))
        }
        // Notices would go to stderr and may quote values.
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        guard PQsetnonblocking(connection, 1) == 0 else {
            throw PostgresError(code: .connectFailed, message: "the connection cannot be made non-blocking")
        }
        return wire
    }

    /// libpq quotes a malformed connection string in its message, password and all, so its message is not used.
    private static func check(_ conninfo: String) throws {
        guard let options = PQconninfoParse(conninfo, nil) else {
            throw PostgresError(
                code: .invalidUse,
                message: "the database's connection string is malformed; write postgresql://user@host/database or key=value pairs, "
                    + "and percent-encode or quote special characters")
        }
        PQconninfoFree(options)
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
    static let sql = "SELECT set_config(setting, value, true) FROM unnest($1::text[], $2::text[]) AS s (setting, value)"
    let settings: ApplySettings

    func bind(_ binds: inout Binds) { settings.bind(&binds) }
}

/// Sets everything that holds for the whole connection, in one round trip.
struct ApplySettings: Statement {
    static let name = "muster_apply_settings"
    static let sql = "SELECT set_config(setting, value, false) FROM unnest($1::text[], $2::text[]) AS s (setting, value)"
    let settings: [(name: String, value: String)]

    init(_ configuration: PostgresConfiguration) {
        let milliseconds = Int64(configuration.statementTimeout / .milliseconds(1))
        let chosen = configuration.settings.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        settings = [("statement_timeout", String(max(0, milliseconds)))] + chosen
    }

    func bind(_ binds: inout Binds) {
        binds.add(settings.map(\.name))
        binds.add(settings.map(\.value))
    }
}

/// Makes the server plan the prepared statements of a connection once, or as it sees fit.
struct ChoosePlans: Statement {
    static let setting = "plan_cache_mode"
    static let name = "muster_choose_plans"
    static let sql = "SELECT set_config('\(setting)', $1::text, false)"
    let once: Bool

    func bind(_ binds: inout Binds) { binds.add(once ? "force_generic_plan" : "auto") }
}
