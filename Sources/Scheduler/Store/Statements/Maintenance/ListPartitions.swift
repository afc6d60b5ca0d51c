import Postgres

/// The partitions of `task` and `done`, oldest first, and whether the last task that one can hold is older than the shortest retention.
///
/// Locks nothing; `partition` has a row for each.
struct ListPartitions: Statement {
    typealias Row = (label: String, mayBeDue: Bool)

    static let name = "list_partitions"
    static let sql = """
        SELECT label, until_id <= muster.id_at(muster.clock() - $1::bigint::float8 * interval '1 ms') FROM muster.partition ORDER BY from_id
        """

    let shortest: Duration

    func bind(_ binds: inout Binds) { binds.add(shortest.milliseconds) }

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}
