import Postgres

/// Version and settings of the server, as they are in force.
struct ReadServer: Statement {
    static let name = "bench_read_server"
    static let sql = """
        SELECT name, current_setting(name), name = 'server_version' OR source NOT IN ('default', 'override', 'client')
        FROM pg_settings
        WHERE name IN ('server_version', 'shared_buffers', 'synchronous_commit', 'fsync', 'full_page_writes', 'wal_level', 'max_wal_size',
            'max_connections', 'autovacuum', 'jit', 'shared_preload_libraries')
        ORDER BY name
        """

    static func decode(_ row: inout RowReader) throws -> (name: String, value: String, isSet: Bool) {
        (try row.next(), try row.next(), try row.next())
    }
}

/// The server process of this connection.
struct ReadBackend: Statement {
    static let name = "bench_read_backend"
    static let sql = "SELECT /* muster-bench */ pg_backend_pid()"

    static func decode(_ row: inout RowReader) throws -> Int32 { try row.next() }
}

/// How many bytes of write-ahead log there have been.
struct ReadWAL: Statement {
    static let name = "bench_read_wal"
    static let sql = "SELECT /* muster-bench */ (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint"

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

/// Whether statements are counted in this database.
struct HasStatementCounts: Statement {
    static let name = "bench_has_statement_counts"
    static let sql = "SELECT /* muster-bench */ EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements')"

    static func decode(_ row: inout RowReader) throws -> Bool { try row.next() }
}

/// Statements that this database has run, those of the benchmarks themselves left out: calls, rows and time.
struct ReadStatementCounts: Statement {
    static let name = "bench_read_statement_counts"
    static let sql = """
        SELECT /* muster-bench */ left(query, 2000), calls, rows, total_exec_time
        FROM pg_stat_statements
        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND query NOT LIKE '%muster-bench%'
        """

    static func decode(_ row: inout RowReader) throws -> StatementCount {
        StatementCount(query: try row.next(), calls: try row.next(), rows: try row.next(), milliseconds: try row.next())
    }
}

/// Transactions of this database, for servers that do not count statements.
struct ReadTransactions: Statement {
    static let name = "bench_read_transactions"
    static let sql = "SELECT /* muster-bench */ xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

/// What the server counted of one statement.
struct StatementCount: Sendable {
    var query: String
    var calls: Int64
    var rows: Int64
    var milliseconds: Double
}

/// By what the server's counts of a statement are recognised.
enum StatementMark {
    /// The claim.
    static let claim = "INSERT INTO muster.active"
}
