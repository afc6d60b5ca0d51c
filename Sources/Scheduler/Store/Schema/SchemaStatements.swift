import Migrations
import Postgres

/// What the migrator sends besides the scripts themselves.
enum SchemaScripts {
    /// Lets one migrator at a time through until the transaction ends, and makes the places where versions are written.
    ///
    /// What the scripts name is the system's or has its schema, whatever path the role has; and who waited for the lock sees what the one
    /// before did, whatever isolation the role has.
    ///
    /// The number of the lock is arbitrary; it is used for nothing else. `schema_change` says of each script which builds work on what it
    /// made; `schema_version` is read by Muster 0.2.0, which wants to find there exactly what it was made for, and gets no more rows, but for
    /// the one that keeps 0.2.0 away from an adopted database (``ParkAdopted``).
    static let lockAndPrepare = """
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL lock_timeout = '30s';
        SET LOCAL statement_timeout = 0;
        SELECT pg_catalog.pg_advisory_xact_lock(7758837);
        CREATE SCHEMA IF NOT EXISTS muster;
        CREATE TABLE IF NOT EXISTS muster.schema_version (
            version integer PRIMARY KEY CHECK (version > 0),
            name text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT pg_catalog.now()
        );
        CREATE TABLE IF NOT EXISTS muster.schema_change (
            version integer PRIMARY KEY CHECK (version > 0),
            name text NOT NULL,
            oldest_schema integer NOT NULL CHECK (oldest_schema BETWEEN 1 AND version),
            oldest_release text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT pg_catalog.now()
        );
        """

    /// Runs a script and notes that it has run.
    static func apply(_ migration: Migration, on connection: isolated PostgresConnection) async throws {
        try await connection.script(migration.sql)
        if migration.version <= Migrations.lastStrict {
            _ = try connection.run(InsertSchemaVersion(migration: migration))
        } else {
            _ = try connection.run(InsertSchemaChange(migration: migration))
        }
    }
}

/// Which of the two places where versions are written are there.
struct SchemaExists: Statement {
    typealias Row = (versions: Bool, changes: Bool)

    static let name = "schema_exists"
    static let sql = """
        SELECT pg_catalog.to_regclass('muster.schema_version') IS NOT NULL,
            pg_catalog.to_regclass('muster.schema_change') IS NOT NULL
        """

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}

/// The schema's version where no script later than ``Migrations/lastStrict`` has run; no row before the first script.
struct FindSchemaVersion: Statement {
    typealias Row = Int

    static let name = "find_schema_version"
    static let sql = "SELECT version::bigint FROM muster.schema_version ORDER BY version DESC LIMIT 1"

    static func decode(_ row: inout RowReader) throws -> Int { try row.next() }
}

/// Every script that has run, oldest first, with the oldest build that works after it: those of `schema_version` speak for themselves.
struct ListSchemaChanges: Statement {
    typealias Row = (version: Int, oldest: Release)

    static let name = "list_schema_changes"
    static let sql = """
        SELECT version::bigint, version::bigint, '' FROM muster.schema_version WHERE name <> 'adopted'
        UNION ALL SELECT version::bigint, oldest_schema::bigint, oldest_release FROM muster.schema_change
        ORDER BY 1
        """

    static func decode(_ row: inout RowReader) throws -> Row {
        let version: Int = try row.next()
        let schema: Int = try row.next()
        return (version, Release(version: try row.next(), schema: schema))
    }
}

/// Notes that one of the first scripts has run.
struct InsertSchemaVersion: Statement {
    static let name = "insert_schema_version"
    static let sql = "INSERT INTO muster.schema_version (version, name) VALUES ($1::bigint, $2::text)"

    let migration: Migration

    func bind(_ binds: inout Binds) {
        binds.add(Int64(migration.version))
        binds.add(migration.name)
    }
}

/// Notes that a script has run, and who works on what it made.
struct InsertSchemaChange: Statement {
    static let name = "insert_schema_change"
    static let sql = """
        INSERT INTO muster.schema_change (version, name, oldest_schema, oldest_release) VALUES ($1::bigint, $2::text, $3::bigint, $4::text)
        """

    let migration: Migration

    func bind(_ binds: inout Binds) {
        binds.add(Int64(migration.version))
        binds.add(migration.name)
        binds.add(Int64(migration.oldest.schema))
        binds.add(migration.oldest.version)
    }
}

/// How the database encodes text.
struct FindEncoding: Statement {
    typealias Row = String

    static let name = "find_encoding"
    static let sql = "SELECT pg_catalog.current_setting('server_encoding')"

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}
