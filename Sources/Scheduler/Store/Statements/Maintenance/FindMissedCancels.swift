import Postgres

/// Tasks that somebody asked to cancel while they ran, and that wait again by now: their attempt ended before its process heard of it.
///
/// Locks nothing; reads `cancel_request`, which is nearly always empty, and primary keys.
struct FindMissedCancels: Statement {
    typealias Row = (id: Int64, requestedBy: String?)

    static let name = "find_missed_cancels"
    static let sql = """
        SELECT c.id, c.requested_by FROM muster.cancel_request c
        WHERE EXISTS (SELECT 1 FROM muster.ready w WHERE w.id = c.id)
            OR EXISTS (SELECT 1 FROM muster.deferred w WHERE w.id = c.id)
            OR EXISTS (SELECT 1 FROM muster.parked w WHERE w.id = c.id)
        LIMIT 1000
        """

    func bind(_ binds: inout Binds) {}

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}
