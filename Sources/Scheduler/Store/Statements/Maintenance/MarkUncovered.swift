import Postgres

/// Notes since when actions are uncovered, forgets it of the others, and gives back which have been for longer than the grace period.
///
/// A time ahead of the clock, which was set back, counts as now. Locks the rows of `action` that change; it has one row an action.
struct MarkUncovered: Statement {
    typealias Row = Int16

    static let name = "mark_uncovered"
    static let sql = """
        WITH changed AS (
            UPDATE muster.action SET uncovered_since = CASE WHEN id = ANY ($1::smallint[]) THEN muster.clock() END
            WHERE id = ANY ($3::smallint[])
                AND ((uncovered_since IS NOT NULL) <> (id = ANY ($1::smallint[])) OR uncovered_since > muster.clock())
            RETURNING id
        )
        SELECT id FROM muster.action
        WHERE id = ANY ($1::smallint[]) AND id NOT IN (SELECT id FROM changed)
            AND uncovered_since <= muster.clock() - $2::bigint::float8 * interval '1 ms'
        """

    /// What this process's catalogue has: it says nothing of the others.
    let known: [Int16]
    let uncovered: [Int16]
    let gracePeriod: Duration

    func bind(_ binds: inout Binds) {
        binds.add(uncovered)
        binds.add(gracePeriod.milliseconds)
        binds.add(known)
    }

    static func decode(_ row: inout RowReader) throws -> Int16 { try row.next() }
}
