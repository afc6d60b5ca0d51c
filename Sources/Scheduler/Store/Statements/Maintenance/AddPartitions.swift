import Postgres

/// Makes the partitions of now and of the stretch of time after it, where they are missing.
///
/// Gives back the labels of those that it made. Waits at most half a second for the default partitions, which it locks while it makes one; nothing else waits for it, because a new
/// partition is attached when it is ready. New tasks that were stored while a partition was missing move into it, at most so many.
struct AddPartitions: Statement {
    typealias Row = String

    static let name = "add_partitions"
    static let sql = "SELECT label FROM muster.add_partitions($1::bigint, $2::integer) AS label"

    let width: Duration
    let mostMoved: Int

    func bind(_ binds: inout Binds) {
        binds.add(width.milliseconds)
        binds.add(Int32(mostMoved))
    }

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}
