import Foundation
import Postgres

/// A page of the tasks about one resource, newest first or oldest first.
///
/// Locks nothing; served by `task_by_resource`, then primary keys. A filter by status or action walks over the resource's other tasks.
struct ListTasksOfResource: Statement {
    typealias Row = TaskRecord

    static let name = "list_tasks_of_resource"
    static let sql = """
        SELECT \(TaskColumns.list)
        FROM muster.task t CROSS JOIN LATERAL (SELECT v.* FROM muster.task_status v WHERE v.id = t.id LIMIT 1) s
        WHERE t.resource_id = $1::text
            AND CASE WHEN $2::boolean THEN t.id > $3::bigint ELSE t.id < $3::bigint END
            AND ($4::smallint IS NULL OR t.action = $4::smallint)
            AND s.status = ANY ($5::text[])
        ORDER BY CASE WHEN $2::boolean THEN t.id ELSE -t.id END
        LIMIT $6::integer
        """

    let resourceID: String
    let query: TaskQuery
    let action: Int16?

    func bind(_ binds: inout Binds) {
        binds.add(resourceID)
        binds.add(query.oldestFirst)
        binds.add(query.after?.rawValue ?? (query.oldestFirst ? 0 : .max))
        binds.add(action)
        binds.add((query.statuses.isEmpty ? TaskStatus.allCases : query.statuses).map(\.rawValue))
        binds.add(Int32(query.limit))
    }

    static func decode(_ row: inout RowReader) throws -> TaskRecord { try TaskColumns.decode(&row) }
}
