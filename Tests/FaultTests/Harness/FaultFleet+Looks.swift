import Foundation
import Postgres

/// What a test may want to see of the store, by its public views.
extension FaultFleet {
    /// All tasks as the store shows them.
    func tasks(asking conninfo: String? = nil) async throws -> [Evidence.Row] {
        try await withClient(conninfo ?? store.conninfo) { try await $0.execute(ListRows()) }
    }

    /// Whether a process of this name says that it takes no more work.
    func isDraining(_ instance: String) async throws -> Bool {
        try await withClient(store.conninfo) { try await $0.execute(FindDraining(instance: instance)).first ?? false }
    }

    /// How many tasks are unfinished.
    func unfinished(asking conninfo: String? = nil) async throws -> Int {
        Int(try await withClient(conninfo ?? store.conninfo) { try await $0.execute(CountUnfinished()).first ?? 0 })
    }
}

struct CountUnfinished: Statement {
    static let name = "count_unfinished"
    static let sql = "SELECT count(*) FROM muster.task_status WHERE status NOT IN ('complete', 'failed', 'cancelled')"

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

struct ListRows: Statement {
    static let name = "list_rows"
    static let sql = """
        SELECT id, resource_id, action, status, attempt, crashes, instance, result::text::jsonb ->> 'run', left(error, 200)
        FROM muster.task_status
        """

    static func decode(_ row: inout RowReader) throws -> Evidence.Row {
        let id: Int64 = try row.next()
        let label: String? = try row.next()
        let action: String = try row.next()
        let status: String = try row.next()
        let attempt: Int16 = try row.next()
        let crashes: Int16 = try row.next()
        let instance: String? = try row.next()
        let run: String? = try row.next()
        return Evidence.Row(
            id: id, label: label, action: action, status: status, attempt: Int(attempt), crashes: Int(crashes), instance: instance,
            run: run.flatMap(UUID.init(uuidString:)), error: try row.next())
    }
}

private struct FindDraining: Statement {
    static let name = "find_draining"
    static let sql = "SELECT bool_or(state::text = 'draining') FROM muster.process WHERE instance = $1::text"
    let instance: String

    func bind(_ binds: inout Binds) { binds.add(instance) }
    static func decode(_ row: inout RowReader) throws -> Bool { try row.next() }
}

struct FindSynchronous: Statement {
    static let name = "find_synchronous"
    static let sql = "SELECT count(*) > 0 FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'"

    static func decode(_ row: inout RowReader) throws -> Bool { try row.next() }
}
