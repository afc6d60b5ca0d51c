import Foundation
import Postgres

/// Takes ids for a large batch in blocks of 1,024, and the moment that its tasks are due: now, by the database's clock (I6).
///
/// Locks nothing. Numbers that are not used are lost, which costs nothing.
struct ReserveIDs: Statement {
    typealias Row = (first: Int64, now: Date)

    static let name = "reserve_ids"
    static let sql = """
        SELECT muster.task_moment() | 524288::bigint | ((pg_catalog.nextval('muster.task_block') & 511::bigint) << 10), muster.clock()
        FROM pg_catalog.generate_series(1, $1::integer)
        """
    static let blockSize = 1024

    let count: Int

    func bind(_ binds: inout Binds) { binds.add(Int32(clamping: (count + Self.blockSize - 1) / Self.blockSize)) }

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}
