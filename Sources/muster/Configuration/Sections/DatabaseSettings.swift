import Postgres

/// Where the tasks are kept.
struct DatabaseSettings: Sendable {
    /// A libpq connection string, as a URI or as keywords; holds a password more often than not.
    let dsn: Secret
    /// Connections that one process keeps, 1 to 100.
    let poolSize: Int
    /// What stands between the processes and PostgreSQL.
    let pooler: PostgresConfiguration.Pooler

    static func read(_ top: Section, _ secrets: SecretReading) -> DatabaseSettings? {
        guard let section = top.section("database") else {
            if !top.has("database") {
                top.require("database", "say where the tasks are kept, such as database: {dsn: \"postgresql:///muster\"}.")
            }
            return nil
        }
        let dsn = section.secret("dsn", secrets == .databaseOnly ? .read : secrets, isSecret: PostgresConfiguration.holdsPassword)
        let poolSize = section.int("pool_size", in: 1...100) ?? 5
        let pooler = section.choice("pooler", PostgresConfiguration.Pooler.self) ?? .none
        if !section.hasSecret("dsn") {
            section.require("dsn", "give a PostgreSQL connection string, or a file that holds one as dsn_path.")
        }
        section.finish()
        guard let dsn else { return nil }
        let looksRight = dsn.value.hasPrefix("postgresql://") || dsn.value.hasPrefix("postgres://") || dsn.value.contains("=")
        if !looksRight, !dsn.value.isEmpty {
            section.complain(
                section.has("dsn") ? "dsn" : "dsn_path",
                "is not a connection string: write postgresql://user@host/database, or host=… dbname=….")
        }
        return DatabaseSettings(dsn: dsn, poolSize: poolSize, pooler: pooler)
    }
}
