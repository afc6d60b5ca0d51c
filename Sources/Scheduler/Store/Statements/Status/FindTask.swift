import Postgres

/// One task, wherever it stands.
///
/// Locks nothing; served by primary keys.
struct FindTask: Statement {
    typealias Row = TaskRecord

    static let name = "find_task"
    static let sql = "SELECT \(TaskColumns.list) FROM muster.task_status s WHERE s.id = $1::bigint"

    let id: TaskID

    func bind(_ binds: inout Binds) { binds.add(id.rawValue) }

    static func decode(_ row: inout RowReader) throws -> TaskRecord { try TaskColumns.decode(&row) }
}
