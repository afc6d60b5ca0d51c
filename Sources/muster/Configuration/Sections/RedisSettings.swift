/// The Redis that carries wake-ups instead of PostgreSQL's notifications.
struct RedisSettings: Sendable {
    let host: String
    let port: Int
    let dbid: Int
    let password: Secret?

    /// The settings; nil unless `enabled`.
    static func read(_ top: Section, _ secrets: SecretReading) -> RedisSettings? {
        guard let section = top.section("redis") else { return nil }
        let enabled = section.bool("enabled") ?? false
        let host = section.text("host") ?? "localhost"
        if host.contains(where: { "@/ ".contains($0) }) {
            section.complain("host", "must be a host name or an address; the password goes to redis.password, and not into a URL.")
        }
        let port = section.int("port", in: 1...65_535) ?? 6379
        let dbid = section.int("dbid", in: 0...65_535) ?? 0
        // A password of a Redis that is not used need not be there.
        let password = section.secret("password", enabled ? secrets : .leave)
        section.finish()
        return enabled ? RedisSettings(host: host, port: port, dbid: dbid, password: password) : nil
    }
}
