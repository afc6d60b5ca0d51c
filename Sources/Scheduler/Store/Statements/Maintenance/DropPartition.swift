import Postgres

/// Drops a partition of `task` and `done` in one short transaction; what may not go yet moves to the default partition.
///
/// NULL when more than so many rows may not go: nothing was done. Looks first without a lock, by `done_by_time`, `done_exceptions` and
/// the primary keys of the tables of unfinished tasks; then locks `task` and `done` against everybody, for which it waits at most half a
/// second, looks again and drops. Whoever holds those longer is left alone: the next turn tries again.
struct DropPartition: Statement {
    typealias Row = Int32?

    static let name = "drop_partition"
    static let sql = "SELECT muster.drop_partition($1::text, $2::bigint, $3::bigint, $4::bigint, $5::integer)"

    let label: String
    let retention: RetentionPolicy
    let mostKept: Int

    func bind(_ binds: inout Binds) {
        binds.add(label)
        binds.add(retention.complete.milliseconds)
        binds.add(retention.failed.milliseconds)
        binds.add(retention.cancelled.milliseconds)
        binds.add(Int32(mostKept))
    }

    static func decode(_ row: inout RowReader) throws -> Int32? { try row.next() }
}
