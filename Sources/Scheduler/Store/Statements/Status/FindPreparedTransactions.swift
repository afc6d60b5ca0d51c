import Postgres

/// Transactions that were prepared and neither committed nor rolled back: each holds its snapshot and its locks until somebody ends it.
///
/// Locks nothing.
struct FindPreparedTransactions: Statement {
    typealias Row = (name: String, owner: String, milliseconds: Int64)

    static let name = "find_prepared_transactions"
    static let sql = """
        SELECT gid, owner::text, (extract(epoch FROM muster.clock() - prepared) * 1000.0)::bigint
        FROM pg_catalog.pg_prepared_xacts WHERE database = pg_catalog.current_database() ORDER BY prepared LIMIT 10
        """

    func bind(_ binds: inout Binds) {}

    static func decode(_ row: inout RowReader) throws -> Row {
        (try row.next(), try row.next(), try row.next())
    }
}
