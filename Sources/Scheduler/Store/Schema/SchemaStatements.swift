import Migrations
import Postgres

/// What the migrator sends besides the scripts themselves.
enum SchemaScripts {
    /// Lets one migrator at a time through until the transaction ends, and makes the place where versions are written.
    ///
    /// The number of the lock is arbitrary; it is used for nothing else.
    static let lockAndPrepare = """
        SET LOCAL lock_timeout = '30s';
        SET LOCAL statement_timeout = 0;
        SELECT pg_advisory_xact_lock(7758837);
        CREATE SCHEMA IF NOT EXISTS muster;
        CREATE TABLE IF NOT EXISTS muster.schema_version (
            version integer PRIMARY KEY CHECK (version > 0),
            name text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        """
}

/// Whether versions are written anywhere.
struct SchemaExists: Statement {
    typealias Row = Bool

    static let name = "schema_exists"
    static let sql = "SELECT to_regclass('muster.schema_version') IS NOT NULL"

    static func decode(_ row: inout RowReader) throws -> Bool { try row.next() }
}

/// The schema's version; no row before the first script.
struct FindSchemaVersion: Statement {
    typealias Row = Int

    static let name = "find_schema_version"
    static let sql = "SELECT version::bigint FROM muster.schema_version ORDER BY version DESC LIMIT 1"

    static func decode(_ row: inout RowReader) throws -> Int { try row.next() }
}

/// Notes that a script has run.
struct InsertSchemaVersion: Statement {
    static let name = "insert_schema_version"
    static let sql = "INSERT INTO muster.schema_version (version, name) VALUES ($1::bigint, $2::text)"

    let migration: Migration

    func bind(_ binds: inout Binds) {
        binds.add(Int64(migration.version))
        binds.add(migration.name)
    }
}
