import Postgres

/// One task, wherever it stands, with the counters that its checkpoint shows.
///
/// Locks nothing; served by primary keys.
struct FindTask: Statement {
    typealias Row = TaskRecord

    static let name = "find_task"
    static let sql = """
        SELECT \(TaskColumns.list),
            (SELECT substring(g.checkpoint FROM '"parts":(\\{[^{}]*\\})') FROM muster.progress g WHERE g.id = s.id)
        FROM muster.task_status s WHERE s.id = $1::bigint
        """

    let id: TaskID

    func bind(_ binds: inout Binds) { binds.add(id.rawValue) }

    static func decode(_ row: inout RowReader) throws -> TaskRecord {
        var task = try TaskColumns.decode(&row)
        if let parts: String = try row.next() { task.progress?.parts = TaskProgress.parts(parts) }
        return task
    }
}
