import Postgres

/// Which actions have unfinished tasks, each with a count of at most 1,000: what the roll call asks for.
///
/// Locks nothing. One short look an action and table, served by `ready_claim` and `parked_by_action`; `deferred` and `active` are read
/// whole.
struct FindUnfinishedActions: Statement {
    typealias Row = (name: String, count: Int64)

    static let name = "find_unfinished_actions"
    static let sql = """
        SELECT n.name, c.tasks
        FROM muster.action n
        CROSS JOIN LATERAL (
            SELECT (SELECT count(*) FROM (SELECT 1 FROM muster.ready q WHERE q.action = n.id LIMIT 1000) x)
                + (SELECT count(*) FROM (SELECT 1 FROM muster.parked q WHERE q.action = n.id LIMIT 1000) x)
                + (SELECT count(*) FROM (SELECT 1 FROM muster.deferred q WHERE q.action = n.id LIMIT 1000) x)
                + (SELECT count(*) FROM (SELECT 1 FROM muster.active q WHERE q.action = n.id LIMIT 1000) x) AS tasks
        ) c
        WHERE c.tasks > 0
        ORDER BY n.name
        """

    func bind(_ binds: inout Binds) {}

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}
