import Postgres

/// Lets waits that began ahead of the clock, which was set back, count from now; at most so many at once.
///
/// Without it a task that was to be tried again in a second waits as long as the clock takes to come to where it was. Dates that somebody asked
/// for stay. Reads all of `deferred`, once in five minutes and right after the clock was set back; locks the rows that it changes, skipping those
/// that another process moves. Gives back how many it changed.
struct SetBackDeferred: Statement {
    typealias Row = Int64

    static let name = "set_back_deferred"
    static let sql = """
        WITH early AS (
            UPDATE muster.deferred SET run_at = run_at - (since - muster.clock()), since = muster.clock()
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM muster.deferred
                WHERE since > muster.clock() + interval '1 minute' AND reason <> 'scheduled'
                LIMIT $1::integer FOR UPDATE SKIP LOCKED
            )) RETURNING id
        )
        SELECT pg_catalog.count(*) FROM early
        """

    let limit: Int

    func bind(_ binds: inout Binds) { binds.add(Int32(limit)) }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
