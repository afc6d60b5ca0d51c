import Postgres

/// Takes the turn to claim of limited actions, until the transaction ends; gives back of which.
///
/// Claims of one limited action go one at a time through the whole fleet, so that each counts what the last one took; who does not get
/// the turn leaves the action for this time. Takes advisory locks for the transaction, waits for none: nothing is held beyond it, so
/// this works behind a transaction pooler.
struct LockLimits: Statement {
    typealias Row = Int16

    static let name = "lock_limits"
    static let sql =
        "SELECT action FROM pg_catalog.unnest($1::smallint[]) AS l(action) WHERE pg_catalog.pg_try_advisory_xact_lock(1836413812, action::integer)"

    let actions: [Int16]

    func bind(_ binds: inout Binds) { binds.add(actions) }

    static func decode(_ row: inout RowReader) throws -> Int16 { try row.next() }
}
