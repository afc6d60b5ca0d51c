import Postgres

/// The one statement that an idle worker sends: is anything ready for it, is anything deferred due, and when is the next one.
///
/// Locks nothing. Served by `ready_claim` (one look an action) and `deferred_due` (its first entry). The order asks for nothing but that
/// index: without it a large backlog of other actions would be read from end to end at every poll.
struct PollDue: Statement {
    typealias Row = (anyReady: Bool, nextDueMilliseconds: Int64?)

    static let name = "poll_due"
    static let sql = """
        SELECT
            EXISTS (
                SELECT 1 FROM unnest($1::smallint[]) AS mine(action)
                CROSS JOIN LATERAL (
                    SELECT 1 FROM muster.ready q WHERE q.action = mine.action ORDER BY q.priority, q.run_at, q.id LIMIT 1
                ) r
            ),
            (SELECT ceil(extract(epoch FROM run_at - muster.clock()) * 1000)::bigint FROM muster.deferred ORDER BY run_at LIMIT 1)
        """

    let actions: [Int16]

    func bind(_ binds: inout Binds) { binds.add(actions) }

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}
