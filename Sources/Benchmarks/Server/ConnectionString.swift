/// Changes the database that a libpq connection string names.
enum ConnectionString {
    /// The same server, another database.
    static func naming(_ database: String, in conninfo: String) -> String {
        guard let scheme = ["postgresql://", "postgres://"].first(where: conninfo.hasPrefix) else {
            // Of two equal keywords the last one counts.
            return "\(conninfo) dbname='\(database)'"
        }
        let rest = conninfo.dropFirst(scheme.count)
        let query = rest.firstIndex(of: "?").map { String(rest[$0...]) } ?? ""
        let place = rest.prefix { $0 != "?" }
        return "\(scheme)\(place.prefix { $0 != "/" })/\(database)\(query)"
    }
}
