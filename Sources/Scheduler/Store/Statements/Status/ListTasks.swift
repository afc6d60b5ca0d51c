import Foundation
import Postgres

/// A page of tasks, newest first: the keys from each table that the statuses name, then the whole rows.
///
/// Locks nothing. Each table gives at most one page from its primary key, read backwards, failed and cancelled ones from `done_ended_badly`;
/// a filter by action walks over other actions' rows.
struct ListTasksNewestFirst: Statement {
    typealias Row = TaskRecord

    static let name = "list_tasks_newest_first"
    static let sql = TaskList.sql(order: "DESC", beyond: "<")

    let query: TaskQuery
    let action: Int16?

    func bind(_ binds: inout Binds) { TaskList.bind(query, action, &binds, start: .max) }

    static func decode(_ row: inout RowReader) throws -> TaskRecord { try TaskColumns.decode(&row) }
}

/// A page of tasks, oldest first; otherwise as ``ListTasksNewestFirst``.
struct ListTasksOldestFirst: Statement {
    typealias Row = TaskRecord

    static let name = "list_tasks_oldest_first"
    static let sql = TaskList.sql(order: "ASC", beyond: ">")

    let query: TaskQuery
    let action: Int16?

    func bind(_ binds: inout Binds) { TaskList.bind(query, action, &binds, start: 0) }

    static func decode(_ row: inout RowReader) throws -> TaskRecord { try TaskColumns.decode(&row) }
}

/// What the two lists share.
enum TaskList {
    static func sql(order: String, beyond: String) -> String {
        func keys(_ table: String, _ wanted: String) -> String {
            """
            (SELECT id FROM muster.\(table) WHERE \(wanted) AND id \(beyond) $3::bigint AND ($4::smallint IS NULL OR action = $4::smallint)
                AND ($5::timestamptz IS NULL OR id <= (least(pg_catalog.floor(extract(epoch FROM $5::timestamptz) * 1000.0)::bigint, 8796093022205) + 1) << 20)
                ORDER BY id \(order) LIMIT $2::integer)
            """
        }
        return """
            WITH keys AS (
                \(keys("ready", "'scheduled' = ANY ($1::text[])"))
                UNION ALL
                \(keys("deferred", "'scheduled' = ANY ($1::text[])"))
                UNION ALL
                \(keys("active", "'active' = ANY ($1::text[])"))
                UNION ALL
                \(keys("parked", "'parked' = ANY ($1::text[])"))
                UNION ALL
                \(keys("done", "'complete' = ANY ($1::text[]) AND status OPERATOR(pg_catalog.=) 'complete'"))
                UNION ALL
                \(keys("done", "'failed' = ANY ($1::text[]) AND status OPERATOR(pg_catalog.=) 'failed'"))
                UNION ALL
                \(keys("done", "'cancelled' = ANY ($1::text[]) AND status OPERATOR(pg_catalog.=) 'cancelled'"))
            ), page AS (SELECT id FROM keys ORDER BY id \(order) LIMIT $2::integer)
            SELECT \(TaskColumns.list)
            FROM page CROSS JOIN LATERAL (SELECT v.* FROM muster.task_status v WHERE v.id = page.id LIMIT 1) s
            ORDER BY s.id \(order)
            """
    }

    static func bind(_ query: TaskQuery, _ action: Int16?, _ binds: inout Binds, start: Int64) {
        let statuses = query.statuses.isEmpty ? TaskStatus.allCases : query.statuses
        binds.add(statuses.map(\.rawValue))
        binds.add(Int32(query.limit))
        binds.add(query.after?.rawValue ?? start)
        binds.add(action)
        binds.add(query.updatedUntil)
    }
}
