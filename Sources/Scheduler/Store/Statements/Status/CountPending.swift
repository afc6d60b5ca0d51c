import Postgres

/// Unfinished tasks by action and status.
///
/// Locks nothing; reads the four tables of unfinished tasks.
struct CountPending: Statement {
    typealias Row = (action: ActionName, status: TaskStatus, count: Int)

    static let name = "count_pending"
    static let sql = """
        SELECT n.name, c.status, pg_catalog.sum(c.tasks)::bigint
        FROM (
            SELECT action, 'scheduled' AS status, pg_catalog.count(*) AS tasks FROM muster.ready GROUP BY action
            UNION ALL SELECT action, 'scheduled', pg_catalog.count(*) FROM muster.deferred GROUP BY action
            UNION ALL SELECT action, 'active', pg_catalog.count(*) FROM muster.active GROUP BY action
            UNION ALL SELECT action, 'parked', pg_catalog.count(*) FROM muster.parked GROUP BY action
        ) c JOIN muster.action n ON n.id = c.action
        GROUP BY n.name, c.status ORDER BY n.name, c.status
        """

    func bind(_ binds: inout Binds) {}

    static func decode(_ row: inout RowReader) throws -> Row {
        let action: String = try row.next()
        let status: String = try row.next()
        let count: Int64 = try row.next()
        return (ActionName(rawValue: action), TaskStatus(rawValue: status) ?? .scheduled, Int(count))
    }
}
