public import Migrations
public import Postgres

/// Brings the database's schema to the version that this build needs, and says whether it has it.
///
/// All scripts that are missing run in one transaction, under a lock that lets one migrator at a time through: whoever comes second finds
/// the work done. Nothing is half applied.
public struct Migrator: Sendable {
    private let client: PostgresClient

    /// A migrator for this database.
    public init(client: PostgresClient) { self.client = client }

    /// The scripts that the database lacks, in order.
    ///
    /// - Throws: ``SchedulerError`` with code `schema_version` when the database is newer than this build.
    public func pending() async throws -> [Migration] {
        let version = try await version()
        try refuseNewer(version)
        return Migrations.all.filter { $0.version > version }
    }

    /// Runs the scripts that the database lacks.
    ///
    /// - Returns: the scripts that were run; empty when there was nothing to do.
    /// - Throws: ``SchedulerError`` with code `schema_version` when the database is newer than this build.
    public func migrate() async throws -> [Migration] {
        try await StoreFailure.wrapping("migrating the schema") {
            try await client.transaction { connection in
                try await connection.script(SchemaScripts.lockAndPrepare)
                let version = try connection.run(FindSchemaVersion()).first ?? 0
                try refuseNewer(version)
                let missing = Migrations.all.filter { $0.version > version }
                for migration in missing {
                    try await connection.script(migration.sql)
                    _ = try connection.run(InsertSchemaVersion(migration: migration))
                }
                return missing
            }
        }
    }

    /// Makes sure that the schema is the one that this build needs.
    ///
    /// - Throws: ``SchedulerError`` with code `schema_version` that names the command to run.
    public func verify() async throws {
        let version = try await version()
        try refuseNewer(version)
        guard version == Migrations.current else {
            throw SchedulerError(
                .schemaVersion,
                version == 0
                    ? "The database has no Muster schema yet. Run `muster migrate` with this configuration, then start again."
                    : "The database's schema is at version \(version), but this build needs version \(Migrations.current). "
                        + "Run `muster migrate` with this configuration, then start again.")
        }
    }

    private func version() async throws -> Int {
        try await StoreFailure.wrapping("reading the schema's version") {
            guard try await client.execute(SchemaExists()).first == true else { return 0 }
            return try await client.execute(FindSchemaVersion()).first ?? 0
        }
    }

    private func refuseNewer(_ version: Int) throws {
        guard version <= Migrations.current else {
            throw SchedulerError(
                .schemaVersion,
                "The database's schema is at version \(version), newer than the \(Migrations.current) of this build. "
                    + "Install the build that ran `muster migrate` last, or a later one.")
        }
    }
}
