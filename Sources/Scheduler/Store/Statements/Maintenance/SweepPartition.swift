import Postgres

/// Removes ended tasks of one partition whose retention has passed, with all that belongs to them, row by row and at most so many.
///
/// For the default partition, for retentions of less than a day, and for a partition in which too much is kept for it to be dropped.
/// Locks the rows that it removes, skipping locked ones. Finds them by `done_by_time`, and the rest by primary keys. Gives back how many.
struct SweepPartition: Statement {
    typealias Row = Int32

    static let name = "sweep_partition"
    static let sql = "SELECT muster.sweep_partition($1::text, $2::bigint, $3::bigint, $4::bigint, $5::integer)"

    let label: String
    let retention: RetentionPolicy
    let limit: Int

    func bind(_ binds: inout Binds) {
        binds.add(label)
        binds.add(retention.complete.milliseconds)
        binds.add(retention.failed.milliseconds)
        binds.add(retention.cancelled.milliseconds)
        binds.add(Int32(limit))
    }

    static func decode(_ row: inout RowReader) throws -> Int32 { try row.next() }
}
