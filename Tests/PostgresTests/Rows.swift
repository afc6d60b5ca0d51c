import Postgres
import SchedulerTesting

/// A database with a table of numbered titles.
let titles = TestTemplate(name: "titles") { database in
    try await database.client.withConnection {
        try await $0.script("CREATE TABLE titles (id bigint PRIMARY KEY, title text NOT NULL CHECK (title <> 'forbidden'))")
    }
}

struct InsertTitle: Statement {
    static let name = "insert_title"
    static let sql = "INSERT INTO titles VALUES ($1::bigint, $2::text) RETURNING id"
    let id: Int64
    var title = "a title"

    func bind(_ binds: inout Binds) {
        binds.add(id)
        binds.add(title)
    }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

struct TitleIDs: Statement {
    static let name = "title_ids"
    static let sql = "SELECT id FROM titles ORDER BY id"

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

/// Keeps the server busy.
struct Nap: Statement {
    static let name = "nap"
    static let sql = "SELECT pg_sleep($1::double precision)"
    let seconds: Double

    func bind(_ binds: inout Binds) { binds.add(seconds) }
}

struct BackendID: Statement {
    static let name = "backend_id"
    static let sql = "SELECT pg_backend_pid()"

    static func decode(_ row: inout RowReader) throws -> Int32 { try row.next() }
}

struct TerminateBackend: Statement {
    static let name = "terminate_backend"
    static let sql = "SELECT pg_terminate_backend($1::integer, 5000)"
    let id: Int32

    func bind(_ binds: inout Binds) { binds.add(id) }
    static func decode(_ row: inout RowReader) throws -> Bool { try row.next() }
}

/// How many connections to this database run a statement whose text begins so.
struct Running: Statement {
    static let name = "running"
    static let sql = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'active' AND query LIKE $1::text || '%' AND pid <> pg_backend_pid()
        """
    let prefix: String

    func bind(_ binds: inout Binds) { binds.add(prefix) }
    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

extension AsyncStream {
    /// The next element; expectations cannot hold a mutable iterator.
    func next() async -> Element? { await first { _ in true } }
}
