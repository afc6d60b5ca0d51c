/// How many connections the server gives, and whether a fleet fits in.
///
/// Pure: no database.
struct ConnectionLimits: Sendable, Hashable {
    var role: String
    var database: String
    /// The role's `CONNECTION LIMIT`, if it has one.
    var roleLimit: Int?
    /// The database's, if it has one.
    var databaseLimit: Int?
    /// `max_connections` without those that are kept for others.
    var serverLimit: Int

    init(_ row: ReadConnectionLimits.Row) {
        self.init(
            role: row.role, database: row.database, roleLimit: row.roleLimit.map(Int.init), databaseLimit: row.databaseLimit.map(Int.init),
            serverLimit: Int(row.serverLimit))
    }

    init(role: String, database: String, roleLimit: Int?, databaseLimit: Int?, serverLimit: Int) {
        self.role = role
        self.database = database
        self.roleLimit = roleLimit
        self.databaseLimit = databaseLimit
        self.serverLimit = serverLimit
    }

    /// What a process opens at most beside its pool: for the heartbeat, for claims, two for outcomes, one that listens.
    static let besidePool = 5
    /// What a process needs to do its work at all: for the heartbeat, for claims, and one for everything else in turn.
    static let least = 3

    /// Each limit that is too small for so many processes.
    func complaints(processes: Int, poolSize: Int) -> [Complaint] {
        let needed = processes * (poolSize + Self.besidePool)
        let least = processes * Self.least
        let limits: [(subject: String, limit: Int, remedy: String)] =
            [("max_connections", serverLimit, "Raise max_connections")]
            + [roleLimit.map { ("role \(role)", $0, "Raise the role's CONNECTION LIMIT to \(needed)") }].compactMap { $0 }
            + [databaseLimit.map { ("database \(database)", $0, "Raise the database's CONNECTION LIMIT to \(needed)") }].compactMap { $0 }
        return limits.filter { $0.limit < needed }.map { subject, limit, remedy in
            let isTooFew = limit < least
            return Complaint(
                severity: isTooFew ? .error : .warning, kind: .connections, subject: subject,
                problem:
                    "\(processes) processes may open \(needed) connections, \(poolSize) + \(Self.besidePool) each; \(limit) are allowed."
                    + (isTooFew ? " Even the least that they need, \(least), is more." : ""),
                remedy: "\(remedy), or lower database.pool_size, or run fewer processes.")
        }
    }
}
