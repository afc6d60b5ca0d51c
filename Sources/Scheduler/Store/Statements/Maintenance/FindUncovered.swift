import Postgres

/// Actions noted as uncovered, with how long; one row an action.
///
/// Locks nothing; reads `action`, which has one row an action.
struct FindUncovered: Statement {
    typealias Row = (name: String, milliseconds: Int64)

    static let name = "find_uncovered"
    static let sql = """
        SELECT name, (extract(epoch FROM muster.clock() - uncovered_since) * 1000.0)::bigint
        FROM muster.action WHERE uncovered_since IS NOT NULL
        """

    func bind(_ binds: inout Binds) {}

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}
