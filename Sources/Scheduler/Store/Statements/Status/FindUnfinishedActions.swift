import Postgres

/// Which actions have unfinished tasks, each with a count of at most 1,000: what the roll call asks for.
///
/// Locks nothing. One short look an action and table, served by `ready_claim` and `parked_by_action`; `deferred` and `active` are read
/// whole.
struct FindUnfinishedActions: Statement {
    typealias Row = (name: String, count: Int64)

    static let name = "find_unfinished_actions"
    static let sql = """
        WITH few AS MATERIALIZED (
            SELECT action, pg_catalog.count(*) AS tasks
            FROM (SELECT action FROM muster.deferred UNION ALL SELECT action FROM muster.active) x GROUP BY action
        )
        SELECT n.name, c.tasks
        FROM muster.action n
        CROSS JOIN LATERAL (
            SELECT (SELECT pg_catalog.count(*) FROM (
                    SELECT 1 FROM muster.ready q WHERE q.action = n.id ORDER BY q.priority, q.run_at, q.id LIMIT 1000) x)
                + (SELECT pg_catalog.count(*) FROM (SELECT 1 FROM muster.parked q WHERE q.action = n.id LIMIT 1000) x)
                + coalesce((SELECT few.tasks FROM few WHERE few.action = n.id), 0) AS tasks
            OFFSET 0
        ) c
        WHERE c.tasks > 0
        ORDER BY n.name
        """

    func bind(_ binds: inout Binds) {}

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}
