public import Migrations
public import Postgres

/// Brings the database's schema to the version that this build needs, and says whether it has it.
///
/// All scripts that are missing run in one transaction, under a lock that lets one migrator at a time through: whoever comes second finds
/// the work done. Nothing is half applied.
public struct Migrator: Sendable {
    let client: PostgresClient
    let owner: String?

    /// A migrator for this database.
    ///
    /// - Parameter owner: whose tasks these are: any text, such as a server's name; the database remembers the first one that it is told,
    ///   and refuses others until it is adopted. Nil neither says nor asks.
    public init(client: PostgresClient, owner: String? = nil) {
        self.client = client
        self.owner = owner
    }

    /// The scripts that the database lacks, in order.
    ///
    /// - Throws: ``SchedulerError`` with code `schema_version` when this build does not work on the database's newer schema.
    public func pending() async throws -> [Migration] {
        let state = try await state()
        try state.refuseNewer()
        return state.missing
    }

    /// Runs the scripts that the database lacks.
    ///
    /// - Returns: the scripts that were run; empty when there was nothing to do.
    /// - Throws: ``SchedulerError``: `schema_version` when this build does not work on the database's newer schema, or the database cannot
    ///   hold every text; `other_owner` when the tasks are somebody else's.
    public func migrate() async throws -> [Migration] {
        let missing = try await StoreFailure.wrapping("migrating the schema") {
            try await client.transaction { connection in
                try await connection.script(SchemaScripts.lockAndPrepare)
                let state = SchemaState(changes: try connection.run(ListSchemaChanges()))
                try state.refuseNewer()
                if state.version == 0 { try refuse(encoding: try connection.run(FindEncoding()).first) }
                for migration in state.missing { try await SchemaScripts.apply(migration, on: connection) }
                return state.missing
            }
        }
        try await checkOwner()
        return missing
    }

    /// Makes sure that this build works on the schema, and that the tasks are the owner's.
    ///
    /// - Throws: ``SchedulerError``: `schema_version`, which names the command to run; `other_owner`.
    public func verify() async throws {
        let state = try await state()
        try state.refuseNewer()
        guard state.missing.isEmpty else {
            throw SchedulerError(
                .schemaVersion,
                state.version == 0
                    ? "The database has no Muster schema yet. Run `muster migrate` with this configuration, then start again."
                    : "The database's schema is at version \(state.version), but this build needs version \(Migrations.current). "
                        + "Run `muster migrate` with this configuration, then start again.")
        }
        try await checkOwner()
    }

    private func state() async throws -> SchemaState {
        try await StoreFailure.wrapping("reading the schema's version") {
            let places = try await client.execute(SchemaExists()).first
            guard places?.versions == true else { return SchemaState() }
            if places?.changes == true { return SchemaState(changes: try await client.execute(ListSchemaChanges())) }
            let version = try await client.execute(FindSchemaVersion()).first ?? 0
            return SchemaState(changes: (0..<version).map { ($0 + 1, Release(version: "", schema: $0 + 1)) })
        }
    }

    private func refuse(encoding: String?) throws {
        guard let encoding, encoding != "UTF8" else { return }
        throw SchedulerError(
            .schemaVersion,
            "The database is encoded in \(encoding), which cannot hold every text; Muster needs UTF8. Make another one: "
                + "CREATE DATABASE muster ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0; then run `muster migrate` there.")
    }
}
