import CLibPQ

/// Where a connection string leads, read by libpq itself, and which of it may be shown.
///
/// Part of a password with an `@` or `/` that was not percent-encoded ends up in the host, the port or the database's name:
/// `postgresql://muster:a@b@host/x` has the host `b@host`. Such values are refused, or not shown.
struct ConnectionTarget {
    /// The hosts in their order, names, addresses or folders of sockets; one empty host where none is named.
    private(set) var hosts = [""]
    private(set) var ports = [""]
    private(set) var user: String?
    private(set) var database: String?
    private(set) var hasPassword = false
    private var files: [String] = []
    private var keywords: [String] = []
    private var addresses: [String] = []
    private var tried: String?

    /// The parts of a connection string, before anybody connects; nil when it is malformed.
    init?(parsing conninfo: String) {
        guard let options = PQconninfoParse(conninfo, nil) else { return nil }
        defer { PQconninfoFree(options) }
        read(options)
    }

    /// The parts of a connection, made or not, with what the environment and the defaults add.
    init(of connection: OpaquePointer) {
        guard let options = PQconninfo(connection) else { return }
        defer { PQconninfoFree(options) }
        read(options)
        // The address that the host's name came to.
        if let address = PQhostaddr(connection) { tried = String(cString: address) }
        if user == nil { user = PQuser(connection).map { String(cString: $0) } }
        if database == nil { database = PQdb(connection).map { String(cString: $0) } }
    }

    private mutating func read(_ options: UnsafeMutablePointer<PQconninfoOption>) {
        var option = options
        while let name = option.pointee.keyword {
            keywords.append(String(cString: name))
            if let value = option.pointee.val.map({ String(cString: $0) }), !value.isEmpty { set(keywords.last ?? "", value) }
            option += 1
        }
    }

    private mutating func set(_ keyword: String, _ value: String) {
        func list() -> [String] { value.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        switch keyword {
        case "host": hosts = list()
        case "hostaddr": addresses += list()
        case "port": ports = list()
        case "user": user = value
        case "dbname": database = value
        case "password": hasPassword = true
        case "sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile": files.append(value)
        default: break
        }
    }

    /// What cannot be right, and is not repeated; nil when all looks as it should.
    var problem: String? {
        let hint = "percent-encode special characters of the password (@ is %40, / is %2F), or write key=value pairs"
        // An abstract socket begins with @, and a slash makes sure that it is no password.
        let isOdd = (hosts + addresses).contains { $0.contains("@") && !($0.hasPrefix("@/") && !$0.dropFirst().contains("@")) }
        if isOdd { return "the host in the database's connection string has an @; \(hint)" }
        let isNoPort = ports.contains { !$0.isEmpty && !(Int($0).map { (1...65_535).contains($0) } ?? false) }
        return isNoPort ? "the port in the database's connection string is no number from 1 to 65535; \(hint)" : nil
    }

    /// The database's name, unless it may be the rest of a password.
    var shownDatabase: String? { database.flatMap { $0.contains { "@/:?".contains($0) } ? nil : $0 } }

    /// How many servers it names.
    var count: Int { max(hosts.count, addresses.count) }

    /// Where it is, for people.
    var place: String { hosts.map { $0.isEmpty ? "its default place" : $0 }.joined(separator: ", ") }

    /// What may be shown of what libpq quotes.
    var harmless: Set<String> {
        Set(hosts + addresses + ports + files + keywords + [user, shownDatabase, tried].compactMap { $0 })
    }

}

extension PostgresConfiguration {
    /// Whether a connection string holds a password; false when it is malformed.
    public static func holdsPassword(_ conninfo: String) -> Bool { ConnectionTarget(parsing: conninfo)?.hasPassword ?? false }
}
